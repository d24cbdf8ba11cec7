# SPDX-License-Identifier: MIT
"""The reader of test results, and the judgement on a whole boot: neither may be too kind."""

from aril import tap
from aril.checks import cases, expect_equal, fail
from aril.levels.kernel import problems_of
from aril.verdict import Ending

GOOD = ["boot: hello", "1..3", "ok 1 - a: first", "noise", "ok 2 - b: second", "ok 3 - c: third",
        "# 3 passed, 0 failed"]
FAILED = ["1..2", "ok 1 - a: first", "not ok 2 - b: second", "# wanted 1", "# found 2",
          "# 1 passed, 1 failed"]
OFF = Ending("off", 0)


def test_a_whole_stream_has_no_problems():
    stream = tap.read(GOOD)
    expect_equal((stream.problems, len(stream.results), stream.failed), ([], 3, 0), "the stream")
    expect_equal(problems_of(stream, OFF), [], "problems")


def test_line_ends_of_both_kinds_are_read():
    expect_equal(tap.read([line + "\r" for line in GOOD]).problems, [], "problems")


def test_a_failure_keeps_its_diagnostics():
    stream = tap.read(FAILED)
    expect_equal(stream.problems, [], "problems")
    expect_equal(stream.results[1].diagnostics, ["wanted 1", "found 2"], "diagnostics")
    expect_equal(problems_of(stream, Ending("off", 1)), [], "problems with status 1")


@cases({
    "no plan": GOOD[2:],
    "late plan": ["ok 1 - a: first", "1..1", "# 1 passed, 0 failed"],
    "two plans": ["1..3", *GOOD[1:]],
    "empty plan": ["1..0", "# 0 passed, 0 failed"],
    "early end": GOOD[:4],
    "a number left out": [line for line in GOOD if not line.startswith("ok 2")],
    "a number twice": [*GOOD[:3], "ok 1 - x: again", *GOOD[3:]],
    "a name twice": [*GOOD[:4], "ok 2 - a: first", *GOOD[5:]],
    "out of order": [GOOD[1], GOOD[4], GOOD[2], *GOOD[5:]],
    "more than planned": [*GOOD[:6], "ok 4 - d: fourth", "# 4 passed, 0 failed"],
    "no summary": GOOD[:-1],
    "lying summary": [*FAILED[:-1], "# 2 passed, 0 failed"],
    "two summaries": [*GOOD, GOOD[-1]],
    "result after the summary": [*GOOD[:1], "1..4", *GOOD[2:], "ok 4 - d: fourth"],
    "a verdict of neither kind": [*GOOD[:2], "okay 1 - a: first", *GOOD[3:]],
    "no name": [*GOOD[:2], "ok 1 -", *GOOD[3:]],
    "gave up": [*GOOD[:4], "Bail out! no memory", *GOOD[4:]],
    "nothing": [],
})
def test_a_stream_that_is_not_whole_is_a_problem(lines):
    if not tap.read(lines).problems:
        fail("it was taken for whole")


@cases({
    "status 1, all passed": (GOOD, Ending("off", 1)),
    "status 0, one failed": (FAILED, Ending("off", 0)),
    "another status": (GOOD, Ending("off", 139)),
    "panic after the last": (GOOD, Ending("panic", 134, "the kernel panicked")),
    "timeout after the last": (GOOD, Ending("timeout", 124, "the guest did not end")),
    "no verdict": (GOOD, Ending("lost", 126, "the machine went off")),
})
def test_an_end_that_does_not_fit_is_a_problem(boot):
    lines, ending = boot
    if not problems_of(tap.read(lines), ending):
        fail("it was taken for whole")
