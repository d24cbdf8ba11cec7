# SPDX-License-Identifier: MIT
"""Random system calls in the guest, from a hundred other seeds: about fifty million calls.

ARIL_TEST_SEED chooses the first seed."""

import os

from aril.checks import cases, expect, expect_equal
from aril.project import KERNEL_TESTS
from support import aril, artefact

FIRST_SEED = int(os.environ.get("ARIL_TEST_SEED", "1"))
TIMEOUT = 300


def _run(seed, *options, mode="debug"):
    status, output, errors = aril(
        "run", "--mode", mode, "--timeout", str(TIMEOUT), *options,
        "--root", str(artefact(KERNEL_TESTS, mode)), "--", "crowd", "hostile.random",
        f"seed={seed}", timeout=TIMEOUT + 60)
    expect_equal(status, 0, f"the status\n{output}\n{errors}")
    return [line for line in output.splitlines() if line.startswith("crowd: ")]


@cases(range(FIRST_SEED, FIRST_SEED + 100))
def test_hostile_programs_hurt_only_themselves(seed):
    _run(seed, mode="debug" if seed % 2 == 0 else "release")


def test_the_same_seed_makes_the_same_calls():
    first, second = (_run(FIRST_SEED, "--icount") for _ in range(2))
    expect(len(first) > 4, f"{len(first)} lines about crowds")
    expect_equal(second, first, "the calls")
