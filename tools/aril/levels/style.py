# SPDX-License-Identifier: MIT
"""Level style: the house rules that a program can check."""

from .. import build, checks
from ..project import MODES, ROOT


FOLDER = ROOT / "tests" / "style"
# These look at the sources alone, and tell something even while nothing compiles.
WITHOUT_A_BUILD = ("test_layers.py", "test_text.py")


def run(selection, report):
    found = {path.name: [check for check in checks.discover(FOLDER, path.name, "style")
                         if selection.takes(check.name)]
             for path in sorted(FOLDER.glob("test_*.py"))}
    checks.run([check for name in WITHOUT_A_BUILD for check in found.pop(name)], report)
    others = [check for some in found.values() for check in some]
    if others:
        for mode in MODES:  # all of it: the rules look at every file that a build makes
            build.build(mode, [], selection.verbose)
        checks.run(others, report)
