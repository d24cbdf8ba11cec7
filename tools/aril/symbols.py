# SPDX-License-Identifier: MIT
"""Names for the addresses in what the kernel prints when it panics.

The kernel holds no names. Here, lines that start with `kernel:` get, at their end, function and
line for each address of the kernel's code in them; all other output stays as it is. A program can
print such lines too: nothing but numbers of ours goes to the symboliser, and not many of them.
"""

import json
import os
import re

import elf
from . import processes
from .project import Failure, last_lines

SYMBOLIZER = "llvm-symbolizer-19"
TIMEOUT = 20
MOST_QUESTIONS = 100  # while a guest runs: it must not keep the host busy
LONGEST_LINE = 400
PREFIX = b"kernel:"
RETURN = "called from "  # what follows is behind the call, which may have been the last instruction
ADDRESS = re.compile(r"\b0x[0-9a-f]{16}\b")
INSTRUCTION = 4
PANIC = "kernel: panic: "
PANIC_LINES = 60


class Symbols:
    """What stands where in a kernel's ELF file, for so many addresses. Without the file or the tool
    nothing is known."""

    def __init__(self, kernel, questions=MOST_QUESTIONS):
        self._kernel = kernel
        self._questions = questions
        self._known = {}
        try:
            self._ranges = [(load.address, load.end) for load in elf.Elf.read(kernel).loads()
                            if load.flags & elf.SEGMENT_EXECUTE]
        except (OSError, elf.ElfError):
            self._ranges = []

    def notes(self, line):
        """What to write behind the line: a text for each address of code in it; often none."""
        addresses = [int(text, 16) for text in ADDRESS.findall(line)]
        offset = INSTRUCTION if RETURN in line else 0
        return [text for text in (self._place(address, offset) for address in addresses) if text]

    def annotated(self, line):
        notes = self.notes(line) if line.startswith(PREFIX.decode()) else []
        return f"{line}  [{'; '.join(notes)}]" if notes else line

    def _place(self, address, offset):
        if not any(start <= address < end for start, end in self._ranges):
            return ""
        if (address, offset) not in self._known and self._questions > 0:
            self._questions -= 1
            self._known[address, offset] = self._ask(address, offset)
        return self._known.get((address, offset), "")

    def _ask(self, address, offset):
        command = [SYMBOLIZER, "--output-style=JSON", f"--obj={self._kernel}",
                   f"0x{address - offset:x}"]
        try:
            status, output, _ = processes.finished(command, TIMEOUT)
            return describe(json.loads(output), address) if status == 0 else ""
        except (Failure, ValueError, LookupError, TypeError):
            return ""


def describe(answer, address):
    """`function file:line, in outer+offset` out of the symboliser's answer; `outer` is the function
    that the others are inlined in."""
    frames = [frame for frame in answer[0]["Symbol"] if frame["FunctionName"]]
    if not frames:
        return ""
    inner, outer = short_name(frames[0]["FunctionName"]), short_name(frames[-1]["FunctionName"])
    start = frames[-1]["StartAddress"]
    if start:
        outer += f"+0x{address - int(start, 16):x}"
    if len(frames) == 1:
        return f"{outer} {place_of(frames[0])}".rstrip()
    return f"{inner} {place_of(frames[0])}".rstrip() + f", in {outer}"


def place_of(frame):
    if not frame["FileName"] or not frame["Line"]:
        return ""
    # As the build saw it, from its own folder.
    path = os.path.normpath(frame["FileName"])
    while path.startswith("../"):
        path = path[3:]
    return f"{path}:{frame['Line']}"


def short_name(name):
    """Without result, template arguments and parameters."""
    name = name.replace("(anonymous namespace)::", "")
    return re.split(r"[(<]", name, maxsplit=1)[0].split(" ")[-1] or name


class Stream:
    """Output on its way. What comes goes on at once; notes come in before the end of a line. With
    no symbols nothing comes in."""

    def __init__(self, symbols):
        self._symbols = symbols
        self._line = b""
        self._held = b""

    def feed(self, data):
        out = bytearray()
        for piece in (self._held + data).splitlines(keepends=True):
            self._feed_piece(piece, out)
        return bytes(out)

    def close(self):
        held, self._held = self._held, b""
        return held

    def _feed_piece(self, piece, out):
        self._held = b""
        if piece.endswith(b"\n"):
            text = piece.rstrip(b"\r\n")
            out += text + self._note(self._line + text) + piece[len(text) :]
            self._line = b""
            return
        text = piece.rstrip(b"\r")
        self._line = (self._line + text)[: LONGEST_LINE + 1]
        if len(text) != len(piece) and self._line.startswith(PREFIX):
            self._held = piece[len(text) :]  # its end may follow, and notes stand before that
            out += text
        else:
            out += piece

    def _note(self, line):
        if not line.startswith(PREFIX) or len(line) > LONGEST_LINE or self._symbols is None:
            return b""
        notes = self._symbols.notes(line.decode(errors="replace"))
        return f"  [{'; '.join(notes)}]".encode() if notes else b""


def closing_lines(output, panicked, symbols):
    """The last lines of a guest, for a person: after a panic, all of its report."""
    if not panicked:
        return [symbols.annotated(line) for line in last_lines(output)]
    lines = last_lines(output, PANIC_LINES)
    starts = [number for number, line in enumerate(lines) if line.startswith(PANIC)]
    return [symbols.annotated(line) for line in lines[max(0, starts[-1] - 4) if starts else 0 :]]
