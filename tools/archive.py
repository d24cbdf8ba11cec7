#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Makes and lists the archive that boots with the kernel: cpio "newc", without compression.

The same files give the same bytes on every machine: times and owners are zero, inode numbers are
counted from one. The contents of a file of a page or more start at a page boundary of the archive,
so that the guest can map them where they lie. The room before them is made by padding the entry's
name with NUL bytes: the format counts them in the name's size, and readers stop at the first one.

    archive.py create OUT [NAME=]FILE...
    archive.py list ARCHIVE
"""

import sys
from dataclasses import dataclass
from pathlib import Path

MAGIC = b"070701"
HEADER_BYTES = 110
TRAILER = "TRAILER!!!"
PAGE = 4096
REGULAR_FILE = 0o100644
PROGRAM_FILE = 0o100755
# What can be started: ELF files and scripts. Whether a file on the host may be executed is not
# asked, so that the archive is the same on every machine.
PROGRAM_STARTS = (b"\x7fELF", b"#!")
KERNEL = "kernel.elf"
ROOT = "root.elf"


class ArchiveError(Exception):
    """The archive, or what it should be made from, is wrong; the text says how."""


@dataclass(frozen=True)
class Entry:
    """One file of an archive. `offset` is where its data starts; only list_entries() sets it."""

    name: str
    data: bytes
    offset: int = 0


def _up(value, unit):
    return (value + unit - 1) // unit * unit


def _header(inode, mode, size, name_size):
    """The 13 numbers of a newc header, each as eight hexadecimal digits (cpio(5))."""
    links, checksum = 1, 0
    fields = (inode, mode, 0, 0, links, 0, size, 0, 0, 0, 0, name_size, checksum)
    return MAGIC + b"".join(b"%08x" % field for field in fields)


def _append(archive, inode, entry):
    name = entry.name.encode() + b"\0"
    data_start = _up(len(archive) + HEADER_BYTES + len(name), 4)
    mode = PROGRAM_FILE if entry.data.startswith(PROGRAM_STARTS) else REGULAR_FILE
    if entry.name == TRAILER:
        inode, mode = 0, 0
    elif len(entry.data) >= PAGE:
        data_start = _up(data_start, PAGE)
        name = name.ljust(data_start - len(archive) - HEADER_BYTES, b"\0")
    archive += _header(inode, mode, len(entry.data), len(name)) + name
    archive += bytes(data_start - len(archive))
    archive += entry.data
    archive += bytes(_up(len(archive), 4) - len(archive))


def pack(entries):
    """The bytes of an archive that holds the entries in the order given."""
    archive = bytearray()
    names = set()
    for inode, entry in enumerate(entries, start=1):
        if not entry.name or "\0" in entry.name or entry.name == TRAILER:
            raise ArchiveError(f"{entry.name!r} cannot be the name of an entry")
        if entry.name in names:
            raise ArchiveError(f"{entry.name} would be in the archive twice")
        names.add(entry.name)
        _append(archive, inode, entry)
    _append(archive, 0, Entry(TRAILER, b""))
    return bytes(archive)


def in_boot_order(entries, root=ROOT):
    """The kernel, the root program, then the rest by name: boot finds what it needs early."""
    rank = {KERNEL: 0, root: 1}
    return sorted(entries, key=lambda entry: (rank.get(entry.name, 2), entry.name))


def _field(archive, start, index):
    text = archive[start + 6 + 8 * index : start + 14 + 8 * index]
    try:
        return int(text, 16)
    except ValueError:
        raise ArchiveError(f"the header at {start} has a field that is no number") from None


def list_entries(archive):
    """The entries of an archive, with their data; raises ArchiveError for one that is damaged."""
    entries, position = [], 0
    while True:
        if archive[position : position + 6] != MAGIC:
            raise ArchiveError(f"there is no entry at {position}")
        if position + HEADER_BYTES > len(archive):
            raise ArchiveError(f"the archive ends within the header at {position}")
        size, name_size = _field(archive, position, 6), _field(archive, position, 11)
        name_start = position + HEADER_BYTES
        offset = _up(name_start + name_size, 4)
        if offset + size > len(archive):
            raise ArchiveError(f"the archive ends within the entry at {position}")
        name = archive[name_start : name_start + name_size].split(b"\0")[0].decode()
        if name == TRAILER:
            return entries
        entries.append(Entry(name, archive[offset : offset + size], offset))
        position = _up(offset + size, 4)


def _entry_from_argument(argument):
    """`NAME=FILE`, or a file alone, which keeps its own name."""
    name, equals, path = argument.partition("=")
    if not equals:
        name, path = Path(argument).name, argument
    return Entry(name, Path(path).read_bytes())


def main(arguments):
    match arguments:
        case ["create", out, _, *_]:
            entries = [_entry_from_argument(argument) for argument in arguments[2:]]
            Path(out).write_bytes(pack(in_boot_order(entries)))
        case ["list", path]:
            for entry in list_entries(Path(path).read_bytes()):
                print(f"{entry.offset:10} {len(entry.data):10} {entry.name}")
        case _:
            raise ArchiveError("usage: archive.py create OUT [NAME=]FILE... | list ARCHIVE")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (ArchiveError, OSError) as error:
        sys.exit(f"archive.py: {error}")
