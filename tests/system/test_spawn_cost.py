# SPDX-License-Identifier: MIT
"""What a spawn costs depends on the program, and not on who starts it nor on what else there is."""

from aril import bench, profile, system
from aril.checks import expect
from aril.machine import Machine
from aril.project import PROCMGR, SPAWN_BENCH
from support import MODE, boot, expect_end

TOLERANCE = 0.01
TIMEOUT = 120
ELSEWHERE = {"spawn.tiny_parent_512m": "a parent with 512 MiB",
             "spawn.tiny_pool_1000": "a pool of 1,000 shells"}


def _rows():
    result = boot(bench.pack(PROCMGR, SPAWN_BENCH), Machine(icount=True), MODE, TIMEOUT)
    expect_end(result, 0)
    return {name: value for name, value, _ in bench.guest_rows(system.said(result.lines))}


def test_a_spawn_costs_the_same_everywhere_and_its_steps_are_all_of_it():
    rows = _rows()
    usual = rows["spawn.tiny"]
    for row, what in ELSEWHERE.items():
        expect(abs(rows[row] - usual) <= TOLERANCE * usual,
               f"a spawn needs {usual:,.0f} instructions, and with {what} {rows[row]:,.0f}")
    steps = profile.rows(bench.spawn_profile(Machine(icount=True), TIMEOUT))
    total = sum(value for _, value, _ in steps)
    expect(abs(total - usual) <= TOLERANCE * usual, f"the steps are {total:,.0f} of {usual:,.0f}")
    empty = [name for name, value, _ in steps if value == 0]
    expect(not empty, f"nothing was counted for {', '.join(empty)}")
