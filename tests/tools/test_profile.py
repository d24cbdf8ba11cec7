# SPDX-License-Identifier: MIT
"""Which step of a spawn an instruction belongs to, when somebody else's trace is at hand."""

from aril import profile
from aril.checks import cases, expect, expect_equal
from aril.profile import Place

PLACES = {
    1: Place("caller", ("ipc::run",)),
    2: Place("kernel", ("kernel::transfer",)),
    3: Place("procmgr", ("procmgr::serve",)),
    4: Place("procmgr", ("procmgr::charge", "procmgr::make_process")),
    5: Place("procmgr", ("procmgr::charge",)),
    6: Place("child", ("main",)),
    7: Place("procmgr", ("procmgr::page_for", "procmgr::add_segments", "procmgr::make_process")),
}


def _steps(window):
    sums = {}
    for (step, owner, _), count in profile.count_steps(window, PLACES).items():
        sums[step, owner] = sums.get((step, owner), 0) + count
    return sums


@cases({
    "the caller's own": ([1, 1], {("caller", "caller"): 2}),
    "a message begins a request": ([1, 2, 2, 3], {("caller", "caller"): 1,
                                                  ("messages", "kernel"): 2,
                                                  ("request", "procmgr"): 1}),
    "a message from the child is its exit": ([6, 2, 3], {("child", "child"): 1,
                                                         ("messages", "kernel"): 1,
                                                         ("exit", "procmgr"): 1}),
    "a step lasts until the next": ([3, 4, 5, 5], {("caller", "procmgr"): 1,
                                                   ("charge_shell", "procmgr"): 3}),
    "the innermost function counts": ([7], {("segments", "procmgr"): 1}),
    "the kernel works for the step": ([4, 2, 5], {("charge_shell", "procmgr"): 2,
                                                  ("charge_shell", "kernel"): 1}),
    "what the kernel ends with is a message": ([4, 2], {("charge_shell", "procmgr"): 1,
                                                        ("messages", "kernel"): 1}),
})
def test_an_instruction_belongs_to_a_step(case):
    window, expected = case
    expect_equal(_steps(window), expected, f"the steps of {window}")


def test_the_rows_have_every_instruction_once():
    window = [1, 2, 3, 4, 2, 5, 7, 2, 6, 2, 3, 2, 1]
    rows = profile.rows(profile.count_steps(window, PLACES))
    expect_equal(sum(value for _, value, _ in rows), float(len(window)), "the sum")
    expect(all(name.startswith("spawn.step.") for name, _, _ in rows), f"{rows}")
