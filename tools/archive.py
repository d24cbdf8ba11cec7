#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Makes and reads archives: cpio "newc", without compression.

The same files of the build give the same bytes on every machine: times and owners are zero, inode
numbers are counted from one. The contents of a file of a page or more start at a page boundary of
the archive, so that the guest can map them where they lie. The room before them is made by padding
the entry's name with NUL bytes: the format counts them in the name's size, and readers stop at the
first one.

    archive.py create OUT [NAME=]FILE...
    archive.py list ARCHIVE
"""

import io
import os
import shutil
import stat
import sys
from dataclasses import dataclass, replace
from pathlib import Path

MAGIC = b"070701"
HEADER_BYTES = 110
TRAILER = "TRAILER!!!"
PAGE = 4096
REGULAR_FILE = 0o100644
PROGRAM_FILE = 0o100755
# What can be started: ELF files and scripts. Whether a file of the build may be executed is not
# asked, so that the archive is the same on every machine.
PROGRAM_STARTS = (b"\x7fELF", b"#!")
KERNEL = "kernel.elf"
ROOT = "root.elf"


class ArchiveError(Exception):
    """The archive, or what it should be made from, is wrong; the text says how."""


@dataclass(frozen=True)
class Entry:
    """A file, folder or link of an archive. What is in it is `data`, or stands in the file `path`.
    `mode` has kind and permissions, as stat() has them; None: a file, and a program if it begins
    like one. `modified`: seconds since 1970. `offset` is where its data starts; only reading sets
    it. Names may hold any bytes, in the way of os.fsdecode()."""

    name: str
    data: bytes = b""
    offset: int = 0
    mode: int | None = None
    modified: int = 0
    path: Path | None = None


def _up(value, unit):
    return (value + unit - 1) // unit * unit


def _header(inode, entry, mode, size, name_size):
    """The 13 numbers of a newc header, each as eight hexadecimal digits (cpio(5))."""
    links, checksum = 1, 0
    fields = (inode, mode, 0, 0, links, entry.modified & 0xFFFF_FFFF, size, 0, 0, 0, 0, name_size,
              checksum)
    return MAGIC + b"%08x" * len(fields) % fields


def _append(out, position, inode, entry, data):
    """Header and name, and all of the file `data` behind them; where the archive ends then."""
    size = data.seek(0, os.SEEK_END)
    data.seek(0)
    name = os.fsencode(entry.name) + b"\0"
    data_start = _up(position + HEADER_BYTES + len(name), 4)
    mode = entry.mode
    if mode is None:
        start = data.read(4)
        data.seek(0)
        mode = PROGRAM_FILE if start.startswith(PROGRAM_STARTS) else REGULAR_FILE
    if size >= PAGE:
        data_start = _up(data_start, PAGE)
        name = name.ljust(data_start - position - HEADER_BYTES, b"\0")
    header = _header(inode, entry, mode, size, len(name)) + name
    out.write(header.ljust(data_start - position, b"\0"))
    shutil.copyfileobj(data, out, 1 << 20)
    if data.tell() != size:
        raise ArchiveError(f"{entry.path} has changed while it was read")
    end = _up(data_start + size, 4)
    out.write(bytes(end - data_start - size))
    return end


def write(out, entries):
    """Writes an archive that holds the entries in the order given to a file that is open. Folders
    may come more than once, as trees that are laid over each other have them."""
    names = set()
    position = 0
    for inode, entry in enumerate(entries, start=1):
        if not entry.name or "\0" in entry.name or entry.name == TRAILER:
            raise ArchiveError(f"{entry.name!r} cannot be the name of an entry")
        if entry.name in names and not _is_folder(entry):
            raise ArchiveError(f"{entry.name} would be in the archive twice")
        names.add(entry.name)
        if entry.path is None:
            position = _append(out, position, inode, entry, io.BytesIO(entry.data))
            continue
        with open(entry.path, "rb") as file:
            position = _append(out, position, inode, entry, file)
    _append(out, position, 0, Entry(TRAILER, mode=0), io.BytesIO())


def pack(entries):
    """The bytes of an archive that holds the entries in the order given."""
    out = io.BytesIO()
    write(out, entries)
    return out.getvalue()


def in_boot_order(entries, root=ROOT):
    """The kernel, the root program, then the rest by name: boot finds what it needs early. Folders
    come behind all that is in them, so that they keep their times."""
    rank = {KERNEL: 0, root: 1}
    folders = [entry for entry in entries if _is_folder(entry)]
    others = [entry for entry in entries if not _is_folder(entry)]
    return [*sorted(others, key=lambda entry: (rank.get(entry.name, 2), entry.name)),
            *sorted(folders, key=lambda entry: entry.name, reverse=True)]


def _is_folder(entry):
    return entry.mode is not None and stat.S_ISDIR(entry.mode)


def _field(archive, start, index):
    text = archive[start + 6 + 8 * index : start + 14 + 8 * index]
    try:
        return int(text, 16)
    except ValueError:
        raise ArchiveError(f"the header at {start} has a field that is no number") from None


def read(archive, start=0):
    """The entries of the archive that begins at `start` of some bytes, without their data, each
    with its size: (entry, size). The last one is the trailer. Raises ArchiveError for an archive
    that is damaged."""
    position = start
    while True:
        if archive[position : position + 6] != MAGIC:
            raise ArchiveError(f"there is no entry at {position}")
        if position + HEADER_BYTES > len(archive):
            raise ArchiveError(f"the archive ends within the header at {position}")
        mode, modified, size, name_size = (_field(archive, position, index)
                                           for index in (1, 5, 6, 11))
        name_start = position + HEADER_BYTES
        offset = start + _up(name_start + name_size - start, 4)
        if offset + size > len(archive):
            raise ArchiveError(f"the archive ends within the entry at {position}")
        name = os.fsdecode(bytes(archive[name_start : name_start + name_size]).split(b"\0")[0])
        yield Entry(name, b"", offset, mode, modified), size
        if name == TRAILER:
            return
        position = start + _up(offset + size - start, 4)


def list_entries(archive):
    """The entries of an archive, with their data; raises ArchiveError for one that is damaged."""
    return [replace(entry, data=archive[entry.offset : entry.offset + size])
            for entry, size in read(archive) if entry.name != TRAILER]


def _entry_from_argument(argument):
    """`NAME=FILE`, or a file alone, which keeps its own name."""
    name, equals, path = argument.partition("=")
    if not equals:
        name, path = Path(argument).name, argument
    return Entry(name, path=Path(path))


def main(arguments):
    match arguments:
        case ["create", out, _, *_]:
            entries = [_entry_from_argument(argument) for argument in arguments[2:]]
            with open(out, "wb") as file:
                write(file, in_boot_order(entries))
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
