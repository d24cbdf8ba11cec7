# SPDX-License-Identifier: MIT
"""What the tests of this folder share: boots, the command itself, and tiny first processes."""

import functools
import shutil
import struct

import archive
import elf
from aril import build, guest, processes
from aril.checks import expect, expect_equal, fail
from aril.machine import Machine
from aril.project import BUILD, IMAGE, KERNEL, ROOT, ROOT_PROGRAM, TESTERS, last_lines

MODE = "release"
GUEST_TIMEOUT = 60
COMMAND_TIMEOUT = 120
BOOT_ERROR = "boot: error: "


def artefact(name, mode=MODE):
    return build.artefact(mode, name)


@functools.cache
def kernel_bytes():
    return artefact(KERNEL).read_bytes()


@functools.cache
def root_bytes():
    return artefact(ROOT_PROGRAM).read_bytes()


def packed(kernel=None, root=None, extra=()):
    """An archive with these ELF files, or the built ones, and other entries."""
    return archive.pack([archive.Entry("kernel.elf", kernel_bytes() if kernel is None else kernel),
                         archive.Entry("root.elf", root_bytes() if root is None else root), *extra])


def boot(archive_bytes, machine=Machine(), mode=MODE, timeout=GUEST_TIMEOUT):
    return guest.boot(machine, artefact(IMAGE, mode), archive_bytes, timeout)


def shown(result):
    """A boot for a person: how it ended, and what it printed."""
    return "\n".join([f"ended: {result.ending}", *last_lines(result.output, 25)])


def expect_end(result, status):
    """The guest powered off by itself, with this status."""
    if (result.ending.kind, result.ending.status) != ("off", status):
        fail(f"it should power off with status {status}\n{shown(result)}")


def expect_boot_error(result, *words):
    """Boot refused with exactly one line that has all the words, started nothing, went off."""
    errors = [line for line in result.lines if line.startswith("boot: error")]
    expect(len(errors) == 1, f"{len(errors)} lines of error\n{shown(result)}")
    expect(errors[0].startswith(BOOT_ERROR) and len(errors[0]) > len(BOOT_ERROR) + 8,
           f"the error does not name the fault\n{shown(result)}")
    for word in words:
        expect(word in errors[0], f"the error does not say {word!r}\n{shown(result)}")
    expect(not any(line.startswith("kernel: ") for line in result.lines),
           f"the kernel was started\n{shown(result)}")
    expect_equal(result.ending.kind, "lost", "the ending\n" + shown(result))


def aril(*arguments, timeout=COMMAND_TIMEOUT, project=ROOT):
    """Runs ./aril of this project or of a copy; status, output and error output."""
    status, output, errors = processes.finished([str(project / "aril"), *arguments], timeout,
                                                cwd=project)
    expect(status is not None, f"./aril {' '.join(arguments)} did not end in {timeout} s\n{errors}")
    expect("Traceback" not in errors, f"a traceback:\n{errors}")
    return status, output.replace("\r\n", "\n"), errors


def aril_tester(*arguments, timeout=10):
    """`./aril run` with the program that fails, hangs, panics or crashes on request."""
    return aril("run", "--timeout", str(timeout), "--root", str(artefact(TESTERS)),
                "--", *arguments)


def copy_of_the_sources(folder):
    """A tree of its own below the folder, like a fresh clone; libfdt is not fetched again."""
    copy = folder / "a copy"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(
        "build", ".git", "__pycache__", "compile_commands.json"))
    (copy / "build").mkdir()
    (copy / "build" / "deps").symlink_to(BUILD / "deps")
    return copy


def tiny_program(*words, flags=elf.SEGMENT_READ | elf.SEGMENT_EXECUTE):
    """An ELF file with one page of code, which is these instructions; it needs no library."""
    base, entry = 0x400000, 0x400000 + 4096
    header = elf.FILE_HEADER.pack(b"\x7fELF\x02\x01\x01".ljust(16, b"\0"), elf.TYPE_EXECUTABLE,
                                  elf.MACHINE_AARCH64, 1, entry, elf.FILE_HEADER.size, 0, 0,
                                  elf.FILE_HEADER.size, elf.PROGRAM_HEADER.size, 1, 0, 0, 0)
    code = struct.pack(f"<{len(words)}I", *words)
    segment = elf.PROGRAM_HEADER.pack(elf.SEGMENT_LOAD, flags, 4096, base + 4096, base + 4096,
                                      len(code), len(code), 4096)
    return (header + segment).ljust(4096, b"\0") + code
