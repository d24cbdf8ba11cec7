# SPDX-License-Identifier: MIT
"""Broken ELF files as the kernel and as the first process: boot refuses each with one line."""

import struct

import elf
from aril.checks import cases
from support import boot, expect_boot_error, kernel_bytes, packed, root_bytes

KERNEL_HALF, USER_HALF_END = 0xFFFF_0000_0000_0000, 1 << 48
ALL_ONES = (1 << 64) - 1
READ_WRITE_EXECUTE = elf.SEGMENT_READ | elf.SEGMENT_WRITE | elf.SEGMENT_EXECUTE

# Offsets of fields: Elf64_Ehdr and Elf64_Phdr (System V ABI, ELF-64).
CLASS, DATA, TYPE, MACHINE, ENTRY, TABLE, ENTRY_SIZE, COUNT = 4, 5, 16, 18, 24, 32, 54, 56
P_TYPE, P_FLAGS, P_OFFSET, P_ADDRESS, P_FILE_SIZE, P_MEMORY_SIZE = 0, 4, 8, 16, 32, 40


def _header(data, field, form, value):
    changed = bytearray(data)
    struct.pack_into(form, changed, field, value)
    return bytes(changed)


def _load_positions(data):
    """Where the program headers of the loadable segments stand in the file."""
    table = elf.Elf(data)
    return [table.program_headers + index * elf.PROGRAM_HEADER.size
            for index, segment in enumerate(table.segments) if segment.type == elf.SEGMENT_LOAD]


def _segment(data, field, value, index=0):
    form = "<I" if field in (P_TYPE, P_FLAGS) else "<Q"
    return _header(data, _load_positions(data)[index] + field, form, value)


def _all_segments(data, field, value):
    for index in range(len(_load_positions(data)) - 1, -1, -1):
        data = _segment(data, field, value, index)
    return data


def _onto_the_first(data):
    """The second segment at the address of the first."""
    return _segment(data, P_ADDRESS, elf.Elf(data).loads()[0].address, 1)


def _misplaced(data):
    """An address that differs from its offset within the page: it cannot be mapped."""
    return _segment(data, P_ADDRESS, elf.Elf(data).loads()[0].address + 8)


def _code_not_executable(data):
    return _all_segments(data, P_FLAGS, elf.SEGMENT_READ)


# Kind of damage: what does it to the bytes of a good file.
DAMAGES = {
    "empty": lambda data: b"",
    "three bytes": lambda data: data[:3],
    "half a header": lambda data: data[:40],
    "the header alone": lambda data: data[:64],
    "cut within the segments": lambda data: data[: elf.Elf(data).loads()[0].offset + 100],
    "text": lambda data: b"#!/bin/sh\nexit 0\n" * 100,
    "zeros": lambda data: bytes(len(data)),
    "32 bits": lambda data: _header(data, CLASS, "B", 1),
    "big-endian": lambda data: _header(data, DATA, "B", 2),
    "relocatable": lambda data: _header(data, TYPE, "<H", 1),
    "core file": lambda data: _header(data, TYPE, "<H", 4),
    "foreign machine": lambda data: _header(data, MACHINE, "<H", 62),
    "32-bit machine": lambda data: _header(data, MACHINE, "<H", 40),
    "entry zero": lambda data: _header(data, ENTRY, "<Q", 0),
    "entry outside": lambda data: _header(data, ENTRY, "<Q", 0x1234_5678_0000),
    "entry all ones": lambda data: _header(data, ENTRY, "<Q", ALL_ONES),
    "table beyond the end": lambda data: _header(data, TABLE, "<Q", len(data)),
    "table half beyond the end": lambda data: _header(data, TABLE, "<Q", len(data) - 30),
    "table that wraps": lambda data: _header(data, TABLE, "<Q", ALL_ONES - 7),
    "table entries too small": lambda data: _header(data, ENTRY_SIZE, "<H", 8),
    "table entries of no size": lambda data: _header(data, ENTRY_SIZE, "<H", 0),
    "no segments": lambda data: _header(data, COUNT, "<H", 0),
    "65,535 segments": lambda data: _header(data, COUNT, "<H", 65535),
    "nothing to load": lambda data: _all_segments(data, P_TYPE, 0),
    "data beyond the end": lambda data: _segment(data, P_OFFSET, len(data) // 4096 * 4096 + 4096),
    "data that wraps": lambda data: _segment(data, P_OFFSET, ALL_ONES - 4095),
    "more data than memory": lambda data: _segment(data, P_MEMORY_SIZE, 1),
    "huge file size": lambda data: _segment(data, P_FILE_SIZE, 1 << 62),
    "huge memory size": lambda data: _segment(data, P_MEMORY_SIZE, 1 << 62),
    "memory that wraps": lambda data: _segment(data, P_MEMORY_SIZE, ALL_ONES - 4095),
    "more memory than there is": lambda data: _segment(data, P_MEMORY_SIZE, 1 << 36,
                                                       len(_load_positions(data)) - 1),
    "overlapping": _onto_the_first,
    "misplaced in its page": _misplaced,
    "writable and executable": lambda data: _segment(data, P_FLAGS, READ_WRITE_EXECUTE),
    "entry in no code": _code_not_executable,
    "address that wraps": lambda data: _segment(data, P_ADDRESS, ALL_ONES - 4095),
    "address of no half": lambda data: _segment(data, P_ADDRESS, 1 << 52),
}
KERNEL_DAMAGES = {**DAMAGES, "in the user's half": lambda data: _segment(data, P_ADDRESS, 0x400000)}
ROOT_DAMAGES = {
    **DAMAGES,
    "in the kernel's half": lambda data: _segment(data, P_ADDRESS, KERNEL_HALF),
    "at the end of the user's half": lambda data: _segment(data, P_ADDRESS, USER_HALF_END - 4096),
    "at address zero": lambda data: _segment(data, P_ADDRESS, 0),
}


@cases(KERNEL_DAMAGES)
def test_a_broken_kernel_is_refused(damage):
    expect_boot_error(boot(packed(kernel=damage(kernel_bytes()))), "kernel.elf")


@cases(ROOT_DAMAGES)
def test_a_broken_root_program_is_refused(damage):
    expect_boot_error(boot(packed(root=damage(root_bytes()))), "root.elf")
