# SPDX-License-Identifier: MIT
"""Level style: the house rules that a program can check."""

from .. import build, checks
from ..project import MODES, ROOT


FOLDER = ROOT / "tests" / "style"
# These look at the sources alone, and tell something even while nothing compiles.
WITHOUT_A_BUILD = ("test_layers.py", "test_text.py")


def run(selection, report):
    files = sorted(path.name for path in FOLDER.glob("test_*.py"))
    _run_files(WITHOUT_A_BUILD, selection, report)
    for mode in MODES:  # all of it: the rules look at every file that a build makes
        build.build(mode, [], selection.verbose)
    _run_files([name for name in files if name not in WITHOUT_A_BUILD], selection, report)


def _run_files(names, selection, report):
    found = [check for name in names for check in checks.discover(FOLDER, name, "style")]
    checks.run([check for check in found if selection.takes(check.name)], report)
