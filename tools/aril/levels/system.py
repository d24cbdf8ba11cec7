# SPDX-License-Identifier: MIT
"""Level system: boots, seen from outside."""

from .. import build, checks
from ..project import (BENCH, CONSOLE_TESTS, CRASHER, CRASHER_PIE, IMAGE, KERNEL, KERNEL_TESTS,
                       MODES, MORTAL_CONSOLE, PROCESS_TESTS, PROCESS_TESTS_PIE, PROCMGR,
                       PROCMGR_TESTS, PROGRAMS, PROGRAMS_TARGET, ROOT, ROOT_PROGRAM, SPAWN_BENCH,
                       TESTERS, VFS, VFS_TESTS)

FOLDER = ROOT / "tests" / "system"
TARGETS = [IMAGE, KERNEL, ROOT_PROGRAM, TESTERS, KERNEL_TESTS, BENCH, PROCMGR, PROCMGR_TESTS,
           CRASHER, CRASHER_PIE, PROCESS_TESTS, PROCESS_TESTS_PIE, CONSOLE_TESTS, MORTAL_CONSOLE,
           VFS, VFS_TESTS, *PROGRAMS.values(), *SPAWN_BENCH.values()]
# Tests use the shell and its tools in this mode.
WHOLE_MODE = "release"


def run(selection, report, files="test_*.py", level="system"):
    found = [check for check in checks.discover(FOLDER, files, level)
             if selection.takes(check.name)]
    if found:
        for mode in MODES:
            whole = [PROGRAMS_TARGET] if mode == WHOLE_MODE else []
            build.build(mode, [*TARGETS, *whole], selection.verbose)
        checks.run(found, report)
