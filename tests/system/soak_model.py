# SPDX-License-Identifier: MIT
"""The kernel against its model, and random system calls, for longer and from other seeds.

ARIL_TEST_SEED chooses the first seed, ARIL_TEST_SCALE how many times as long as usual each run is
(10, which is ten million operations against the model, where it is not set)."""

import os

from aril import build, processes
from aril.checks import cases, fail
from aril.project import MODEL_TESTS, UNIT_TESTS, last_lines

MODE = "debug"
TIMEOUT = 4 * 3600
FIRST_SEED = int(os.environ.get("ARIL_TEST_SEED", "100"))


def _run(program, pattern, seed):
    build.build(MODE, [program], False)
    environment = {"ARIL_TEST_SCALE": "10", **os.environ, "ARIL_TEST_SEED": str(seed)}
    status, output, errors = processes.finished(
        [str(build.artefact(MODE, program)), f"--gtest_filter={pattern}"], TIMEOUT, env=environment)
    if status != 0:
        fail("\n".join([f"seed {seed}, status {status}", *last_lines(output, 60),
                        *last_lines(errors, 20)]))


@cases(range(FIRST_SEED, FIRST_SEED + 4))
def test_the_kernel_does_what_its_model_expects(seed):
    _run(MODEL_TESTS, "KernelModel.*", seed)


@cases(range(FIRST_SEED, FIRST_SEED + 2))
def test_random_system_calls_keep_every_invariant(seed):
    _run(UNIT_TESTS, "RandomSystemCalls.*:FastPath.*", seed)
