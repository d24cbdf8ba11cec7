# SPDX-License-Identifier: MIT
"""Level system: boots, seen from outside."""

from .. import build, checks
from ..project import BENCH, IMAGE, KERNEL, KERNEL_TESTS, MODES, ROOT, ROOT_PROGRAM, TESTERS

FOLDER = ROOT / "tests" / "system"


def run(selection, report, files="test_*.py", level="system"):
    for mode in MODES:
        build.build(mode, [IMAGE, KERNEL, ROOT_PROGRAM, TESTERS, KERNEL_TESTS, BENCH],
                    selection.verbose)
    found = checks.discover(FOLDER, files, level)
    checks.run([check for check in found if selection.takes(check.name)], report)
