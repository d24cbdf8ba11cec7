# SPDX-License-Identifier: MIT
"""Archives that boot must take, and archives that it must refuse with one line naming the fault."""

import random
import subprocess
import tempfile
import zlib
from pathlib import Path

import archive
from aril.checks import cases, expect
from aril.machine import Machine
from support import (boot, expect_boot_error, expect_end, kernel_bytes, packed, root_bytes, shown)

# Fields of a newc header, by their place among its thirteen numbers.
MODE, FILE_SIZE, NAME_SIZE = 1, 6, 11


def _with_field(entry, field, value):
    """The usual archive, with one number of the header of its n-th entry changed."""
    data = bytearray(packed())
    start = archive.list_entries(data)[entry].offset
    start = data.rfind(archive.MAGIC, 0, start)
    text = value if isinstance(value, bytes) else b"%08x" % value
    data[start + 6 + 8 * field : start + 14 + 8 * field] = text
    return bytes(data)


def _cut(name):
    """Places to cut the archive at, by name."""
    data = packed()
    kernel, root = archive.list_entries(data)
    root_header = data.find(archive.MAGIC, kernel.offset + len(kernel.data))
    trailer = data.rfind(archive.MAGIC)
    return data[: {
        "after one byte": 1, "within the magic": 5, "within the first header": 60,
        "after the first header": 110, "within the first name": 114,
        "at the kernel's data": kernel.offset, "within the kernel's ELF header": kernel.offset + 20,
        "within the kernel": kernel.offset + len(kernel.data) // 2,
        "one byte before the kernel's end": kernel.offset + len(kernel.data) - 1,
        "at the root's header": root_header, "within the root's header": root_header + 50,
        "within the root": root.offset + len(root.data) // 2,
        "one byte before the root's end": root.offset + len(root.data) - 1,
        "before the trailer": trailer, "within the trailer's header": trailer + 30,
        "within the trailer's name": trailer + 112,
    }[name]]


@cases(["after one byte", "within the magic", "within the first header", "after the first header",
        "within the first name", "at the kernel's data", "within the kernel's ELF header",
        "within the kernel", "one byte before the kernel's end", "at the root's header",
        "within the root's header", "within the root", "one byte before the root's end",
        "before the trailer", "within the trailer's header", "within the trailer's name"])
def test_a_truncated_archive_is_refused(place):
    expect_boot_error(boot(_cut(place)), "archive")


def test_a_missing_archive_is_refused():
    expect_boot_error(boot(None), "archive")


def _only(*names):
    contents = {"kernel.elf": kernel_bytes(), "root.elf": root_bytes()}
    return archive.pack([archive.Entry(name, contents[name]) for name in names])


@cases({"kernel.elf": ("root.elf",), "root.elf": ("kernel.elf",)})
def test_a_missing_module_is_named(kept):
    missing = "kernel.elf" if "root.elf" in kept else "root.elf"
    expect_boot_error(boot(_only(*kept)), missing)


def test_an_archive_of_nothing_is_refused():
    expect_boot_error(boot(archive.pack([])), "kernel.elf")


def test_a_root_that_the_command_line_names_and_is_missing_is_named():
    expect_boot_error(boot(packed(), Machine(append=("root=other.elf",))), "other.elf")


def test_a_root_that_the_command_line_names_is_started():
    entries = [archive.Entry("kernel.elf", kernel_bytes()),
               archive.Entry("other.elf", root_bytes())]
    expect_end(boot(archive.pack(entries), Machine(append=("root=other.elf",))), 0)


@cases({
    "kernel of 4 GiB": lambda: _with_field(0, FILE_SIZE, 0xFFFFFFFF),
    "kernel of 2 GiB": lambda: _with_field(0, FILE_SIZE, 0x7FFFFFFF),
    "kernel beyond the end": lambda: _with_field(0, FILE_SIZE, len(packed()) + 1),
    "kernel of no bytes": lambda: _with_field(0, FILE_SIZE, 0),
    "kernel one page longer": lambda: _with_field(0, FILE_SIZE, len(kernel_bytes()) + 4096),
    "root of 4 GiB": lambda: _with_field(1, FILE_SIZE, 0xFFFFFFFF),
    "root of no bytes": lambda: _with_field(1, FILE_SIZE, 0),
    "name of 4 GiB": lambda: _with_field(0, NAME_SIZE, 0xFFFFFFFF),
    "name of no bytes": lambda: _with_field(0, NAME_SIZE, 0),
    "name without an end": lambda: _with_field(0, NAME_SIZE, 4),
    "name up to the end": lambda: _with_field(0, NAME_SIZE, len(packed()) - 110),
    "size that is no number": lambda: _with_field(0, FILE_SIZE, b"12 45678"),
    "size with a sign": lambda: _with_field(0, FILE_SIZE, b"-0000001"),
    "size with a prefix": lambda: _with_field(0, FILE_SIZE, b"0x001000"),
    "kernel that is a folder": lambda: _with_field(0, MODE, 0o040755),
    "kernel that is a link": lambda: _with_field(0, MODE, 0o120777),
    "second magic wrong": lambda: packed().replace(archive.MAGIC, b"070799").replace(
        b"070799", archive.MAGIC, 1),
    "old format": lambda: packed().replace(archive.MAGIC, b"070707"),
    "zeros": lambda: bytes(1 << 16),
    "noise": lambda: random.Random(1).randbytes(1 << 16),
    "magic and noise": lambda: archive.MAGIC + random.Random(2).randbytes(1 << 16),
    "magics": lambda: archive.MAGIC * 10_000,
    "text": lambda: b"this is not an archive\n" * 100,
    "compressed": lambda: zlib.compress(packed()),
})
def test_a_lying_or_senseless_archive_is_refused(make):
    expect_boot_error(boot(make()))


def test_an_archive_of_the_hosts_cpio_boots():
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "a folder").mkdir()
        (Path(folder) / "kernel.elf").write_bytes(kernel_bytes())
        (Path(folder) / "root.elf").write_bytes(root_bytes())
        names = b"a folder\nroot.elf\nkernel.elf\n"
        packed_by_cpio = subprocess.run(["cpio", "--create", "--format=newc", "--quiet"],
                                        cwd=folder, input=names, check=True,
                                        stdout=subprocess.PIPE).stdout
    expect_end(boot(packed_by_cpio), 0)


@cases({
    "10,000 files": lambda: [archive.Entry(f"many/{n}", b"x" * (n % 50)) for n in range(10_000)],
    "a file of 64 MB": lambda: [archive.Entry("large", bytes(64 << 20))],
    "empty files": lambda: [archive.Entry(f"empty{n}", b"") for n in range(100)],
    "names of 255 bytes": lambda: [archive.Entry(f"{n:0255}", b"x") for n in range(100)],
    "paths of 1,024 bytes": lambda: [archive.Entry("a/" * 508 + f"{n:08}", b"x")
                                     for n in range(10)],
    "names of any bytes": lambda: [archive.Entry("ä ö\n\t'\"%s", b"x")],
})
def test_large_and_odd_archives_boot(make):
    expect_end(boot(packed(extra=make()), Machine(memory="512M")), 0)


# QEMU puts the archive in the middle of the memory and the device tree behind it, or gives up: then
# nothing of ours has run.
NO_ROOM_FOR_QEMU = "Not enough space for DTB"


@cases(["8M", "9M", "10M", "12M", "16M", "24M", "32M", "48M", "64M", "96M"])
def test_little_memory_boots_or_is_refused(memory):
    result = boot(packed(), Machine(memory=memory))
    if result.ending.kind == "off":
        expect_end(result, 0)
    elif NO_ROOM_FOR_QEMU not in result.ending.sentence:
        expect_boot_error(result, "memory")


def test_an_archive_that_fills_the_memory_is_refused_or_boots():
    result = boot(packed(extra=[archive.Entry("large", bytes(56 << 20))]), Machine(memory="128M"))
    if result.ending.kind == "off":
        expect_end(result, 0)
    else:
        expect_boot_error(result, "memory")
