# SPDX-License-Identifier: MIT
"""tools/archive.py: what it writes, and that another reader of the format agrees."""

import subprocess
import sys
import tempfile
from pathlib import Path

import archive
from aril.checks import cases, expect, expect_equal, fail
from aril.project import ROOT

FILES = {"kernel.elf": b"k" * 10_000, "root.elf": b"r" * 4096, "empty": b"", "one": b"1",
         "small": b"s" * 4095, "deep/er/name": b"d" * 70_000, "x" * 255: b"long name"}


def _entries():
    return [archive.Entry(name, data) for name, data in FILES.items()]


def test_what_is_packed_is_listed():
    found = archive.list_entries(archive.pack(_entries()))
    expect_equal({entry.name: entry.data for entry in found}, FILES, "the entries")


def test_the_same_entries_give_the_same_bytes():
    expect(archive.pack(_entries()) == archive.pack(_entries()), "two archives differ")


def test_files_of_a_page_and_more_start_at_a_page():
    for entry in archive.list_entries(archive.pack(_entries())):
        if len(entry.data) >= archive.PAGE and entry.offset % archive.PAGE:
            fail(f"{entry.name} starts at {entry.offset}")


@cases(range(1, 9))
def test_pages_are_kept_behind_names_of_every_length(length):
    # The padded name must never be shorter than the name: try each position around a boundary.
    for size in range(3950 + length, 4110, 8):
        packed = archive.pack([archive.Entry("a", b"x" * size),
                               archive.Entry("b" * length, b"y" * 4096)])
        found = archive.list_entries(packed)
        expect_equal([len(found[0].data), found[1].name, found[1].offset % 4096],
                     [size, "b" * length, 0], f"after a file of {size} bytes")


def test_the_kernel_comes_first_then_the_root_then_names():
    entries = [archive.Entry(name, b"") for name in ("b", "root.elf", "a", "kernel.elf")]
    names = [entry.name for entry in archive.in_boot_order(entries)]
    expect_equal(names, ["kernel.elf", "root.elf", "a", "b"], "the order")


def test_cpio_of_the_host_reads_it_too():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["cpio", "--extract", "--make-directories", "--quiet"], check=True,
                       cwd=folder, input=archive.pack(_entries()))
        found = {str(path.relative_to(folder)): path.read_bytes()
                 for path in Path(folder).rglob("*") if path.is_file()}
    expect_equal(found, FILES, "what cpio extracts")


def test_it_reads_what_cpio_of_the_host_writes():
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "a").write_bytes(b"hello")
        packed = subprocess.run(["cpio", "--create", "--format=newc", "--quiet"], check=True,
                                cwd=folder, input=b"a\n", stdout=subprocess.PIPE).stdout
    expect_equal([(e.name, e.data) for e in archive.list_entries(packed)], [("a", b"hello")],
                 "the entries")


@cases({"twice": ["a", "a"], "no name": [""], "the trailer": [archive.TRAILER], "NUL": ["a\0b"]})
def test_a_name_that_cannot_be_is_refused(names):
    try:
        archive.pack([archive.Entry(name, b"") for name in names])
    except archive.ArchiveError:
        return
    fail("it was packed")


@cases({"empty": b"", "no magic": b"0" * 200, "cut header": archive.pack([])[:50],
        "no trailer": archive.pack([archive.Entry("a", b"b")])[:120],
        "letters for numbers": archive.MAGIC + b"z" * 200,
        "data beyond the end": archive.MAGIC + b"7fffffff" * 13 + bytes(100)})
def test_a_damaged_archive_is_refused(damaged):
    try:
        archive.list_entries(damaged)
    except archive.ArchiveError:
        return
    fail("it was read")


def test_the_command_creates_and_lists():
    with tempfile.TemporaryDirectory() as folder:
        out, file = Path(folder) / "out.cpio", Path(folder) / "file"
        file.write_bytes(b"x" * 5000)
        tool = [sys.executable, str(ROOT / "tools" / "archive.py")]
        subprocess.run([*tool, "create", str(out), f"root.elf={file}", str(file)], check=True)
        text = subprocess.run([*tool, "list", str(out)], check=True, stdout=subprocess.PIPE).stdout
    expect_equal([line.split()[1:] for line in text.decode().splitlines()],
                 [["5000", "root.elf"], ["5000", "file"]], "the listing")


@cases({"no arguments": [], "unknown": ["explode"], "no such file": ["list", "/nonexistent"]})
def test_a_wrong_use_of_the_command_gives_one_line(arguments):
    done = subprocess.run([sys.executable, str(ROOT / "tools" / "archive.py"), *arguments],
                          check=False, capture_output=True, text=True)
    expect(done.returncode != 0, "it ended with status 0")
    expect_equal(len(done.stderr.splitlines()), 1, f"lines of {done.stderr!r}")
