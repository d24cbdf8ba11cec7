# SPDX-License-Identifier: MIT
"""`./aril setup`: how it sees what is missing, and what it says where it cannot help."""

import os
import stat
import tempfile
from pathlib import Path

from aril import libfdt, packages, processes
from aril.checks import cases, expect, expect_equal
from aril.project import ROOT

NOBODY = 65534


def test_an_empty_machine_misses_every_package():
    with tempfile.TemporaryDirectory() as folder:
        expect_equal(packages.missing(Path(folder)), list(packages.PACKAGES), "what is missing")


def test_this_machine_misses_nothing():
    expect_equal(packages.missing(), [], "what is missing")


def test_without_root_and_sudo_it_lists_what_to_install():
    script = ("import sys; sys.path.insert(0, 'tools')\n"
              "from aril import packages, project\n"
              "try: packages.install(['one', 'two'], False)\n"
              "except project.Failure as f: print(f.sentence); sys.exit(f.status)")
    with tempfile.TemporaryDirectory() as empty_path:
        status, output, _ = processes.finished(
            ["/usr/bin/python3", "-c", script], 20, cwd=ROOT, env={"PATH": empty_path},
            **({"user": NOBODY, "group": NOBODY} if os.geteuid() == 0 and _readable() else {}))
    expect_equal(status, 125, "the status")
    expect("apt-get install one two" in output, f"it says: {output}")


def _readable():
    """Whether a stranger may read this tree; else root itself runs the script, without apt-get."""
    return all(os.stat(folder).st_mode & stat.S_IXOTH for folder in [ROOT, *ROOT.parents])


@cases({
    "one line": ("deb [arch=amd64 signed-by=/k] http://a b\n", "deb [signed-by=/k] http://a b\n"),
    "nothing else": ("deb [arch=amd64] http://a b\n", "deb  http://a b\n"),
    "deb822": ("Types: deb\nArchitectures: amd64\nURIs: x\n", "Types: deb\nURIs: x\n"),
    "part of an address": ("deb http://a/arch=1 b\n", "deb http://a/arch=1 b\n"),
})
def test_sources_are_opened_for_all_architectures(texts):
    before, after = texts
    expect_equal(libfdt._for_all_architectures(before), after, "the source")
