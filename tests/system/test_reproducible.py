# SPDX-License-Identifier: MIT
"""The same sources give the same bytes, whatever folder they are built in, at once or by and by."""

import tempfile
from pathlib import Path

import archive
import documents
from aril.checks import alone, expect, expect_equal
from aril.project import BENCH, IMAGE, KERNEL, ROOT, ROOT_PROGRAM
from support import aril, artefact, copy_of_the_sources

BUILD_TIMEOUT = 900


def _image_of(project, out):
    """What `./aril image` writes for QEMU, by name, with the archive's entries one by one."""
    status, _, errors = aril("image", "-o", str(out), timeout=BUILD_TIMEOUT, project=project)
    expect_equal(status, 0, f"the status\n{errors}")
    packed = (out / "aril.cpio").read_bytes()
    return {"aril.image": (out / "aril.image").read_bytes(),
            **{entry.name: entry.data for entry in archive.list_entries(packed)},
            "aril.cpio": packed}


def _add_a_first_process(project):
    """What docs/programs.md says about it, in a tree of its own that is built."""
    section = [block for block in documents.blocks("docs/programs.md")
               if block.section == "A first process of your own"]
    (project / "user" / "first").mkdir()
    for block in section:
        if block.language == "sh":
            documents.run(block, None, project)
        else:
            (project / block.before.strip("`")).write_text(block.text + "\n")


@alone
def test_two_folders_give_the_same_bytes_and_one_takes_a_new_program():
    with tempfile.TemporaryDirectory() as folder:
        copy = copy_of_the_sources(Path(folder) / "elsewhere" / "and a good deal deeper")
        here, there = (_image_of(project, Path(folder) / name)
                       for project, name in ((ROOT, "here"), (copy, "there")))
        _add_a_first_process(copy)
    expect_equal(sorted(there), sorted(here), "the files")
    different = [name for name in here if here[name] != there[name]]
    expect_equal(different, [], "files that differ")


def test_nothing_names_the_folder_that_it_was_built_in():
    folder = str(ROOT).encode()
    named = [name for name in (IMAGE, KERNEL, ROOT_PROGRAM, BENCH)
             if folder in artefact(name).read_bytes()]
    expect_equal(named, [], "files that name it")
