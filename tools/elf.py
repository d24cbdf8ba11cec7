# SPDX-License-Identifier: MIT
"""Reads the headers of a 64-bit little-endian ELF file: what the checks and the size table need."""

import struct
from dataclasses import dataclass
from pathlib import Path

MACHINE_AARCH64 = 183
TYPE_EXECUTABLE = 2
SEGMENT_LOAD = 1
SEGMENT_EXECUTE, SEGMENT_WRITE, SEGMENT_READ = 1, 2, 4
SECTION_NOBITS = 8
SECTION_WRITE, SECTION_ALLOCATE, SECTION_EXECUTE = 1, 2, 4

# The layouts of Elf64_Ehdr (after e_ident), Elf64_Phdr and Elf64_Shdr (System V ABI, ELF-64).
FILE_HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
PROGRAM_HEADER = struct.Struct("<IIQQQQQQ")
SECTION_HEADER = struct.Struct("<IIQQQQIIQQ")


class ElfError(Exception):
    """The file is not an ELF file that this module reads."""


@dataclass(frozen=True)
class Segment:
    type: int
    flags: int
    offset: int
    address: int
    physical: int
    file_size: int
    memory_size: int
    alignment: int

    @property
    def end(self):
        return self.address + self.memory_size


@dataclass(frozen=True)
class Section:
    name: str
    type: int
    flags: int
    address: int
    offset: int
    size: int

    @property
    def end(self):
        return self.address + self.size


class Elf:
    """The headers of one file. `program_headers` is where their table starts in it."""

    def __init__(self, data):
        if len(data) < FILE_HEADER.size or data[:6] != b"\x7fELF\x02\x01":
            raise ElfError("not a 64-bit little-endian ELF file")
        (_, self.type, self.machine, _, self.entry, self.program_headers, sections, _, _, _,
         program_count, _, section_count, names) = FILE_HEADER.unpack_from(data)
        try:
            self.segments = [_segment(row) for row in _rows(PROGRAM_HEADER, data,
                                                            self.program_headers, program_count)]
            rows = _rows(SECTION_HEADER, data, sections, section_count)
        except struct.error:
            raise ElfError("a table of headers lies outside the file") from None
        text = data[rows[names][4] :] if rows else b""
        self.sections = [_section(row, text) for row in rows]

    @classmethod
    def read(cls, path):
        try:
            return cls(Path(path).read_bytes())
        except ElfError as error:
            raise ElfError(f"{path}: {error}") from None

    def loads(self):
        return [segment for segment in self.segments if segment.type == SEGMENT_LOAD]

    def allocated_sections(self):
        return [section for section in self.sections if section.flags & SECTION_ALLOCATE]

    def code_bytes(self):
        """The bytes of all executable sections, so that code cannot hide under another name."""
        return sum(section.size for section in self.sections if section.flags & SECTION_EXECUTE)


def _rows(layout, data, start, count):
    return [layout.unpack_from(data, start + index * layout.size) for index in range(count)]


def _segment(row):
    kind, flags, offset, address, physical, file_size, memory_size, alignment = row
    return Segment(kind, flags, offset, address, physical, file_size, memory_size, alignment)


def _section(row, names):
    name = names[row[0] :].split(b"\0", 1)[0].decode()
    return Section(name, type=row[1], flags=row[2], address=row[3], offset=row[4], size=row[5])
