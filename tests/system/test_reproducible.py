# SPDX-License-Identifier: MIT
"""The same sources give the same bytes, in whatever folder and order they are built."""

import shutil
import tempfile
from pathlib import Path

from aril import guest, processes
from aril.checks import alone, cases, expect, expect_equal
from aril.build import MACHINE_FILES
from aril.project import (BENCH, IMAGE, KERNEL, LIBFDT, MODES, ROOT, ROOT_PROGRAM)
from support import artefact

MADE = (IMAGE, KERNEL, ROOT_PROGRAM, BENCH)
TIMEOUT = 600


def _build_elsewhere(folder, mode):
    """A fresh copy in a folder of another name and depth; gives its build folder."""
    copy = Path(folder) / "elsewhere" / "and a good deal deeper" / "tree"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns("build", ".git", "__pycache__"))
    result = copy.parent / "result"
    machine_files = [f"--cross-file={copy / MACHINE_FILES[0]}",
                     f"--native-file={copy / MACHINE_FILES[1]}"]
    for command in (["meson", "setup", str(result), str(copy), *machine_files, f"-Dmode={mode}",
                     f"-Dlibfdt={LIBFDT}"],
                    ["ninja", "-C", str(result), *MADE]):
        status, output, errors = processes.finished(command, TIMEOUT)
        expect(status == 0, f"{command[0]} ended with {status}\n{output[-2000:]}\n{errors}")
    return result


@alone
@cases(MODES)
def test_two_folders_give_the_same_bytes(mode):
    with tempfile.TemporaryDirectory() as folder:
        elsewhere = _build_elsewhere(folder, mode)
        different = [name for name in MADE
                     if (elsewhere / name).read_bytes() != artefact(name, mode).read_bytes()]
        archives = [guest.pack(made / KERNEL, made / ROOT_PROGRAM)
                    for made in (elsewhere, artefact("", mode))]
    expect_equal(different, [], "files that differ")
    expect(archives[0] == archives[1], "the archives differ")


@cases(MODES)
def test_nothing_names_the_folder_that_it_was_built_in(mode):
    folder = str(ROOT).encode()
    named = [name for name in MADE if folder in artefact(name, mode).read_bytes()]
    expect_equal(named, [], "files that name it")
