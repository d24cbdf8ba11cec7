# SPDX-License-Identifier: MIT
"""One boot, from the start of QEMU to the verdict."""

import contextlib
import fcntl
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import termios
import time
from dataclasses import dataclass
from pathlib import Path

import archive
from . import machine as machines
from .keyboard import Keys, hand_through
from .ports import Ports
from .processes import started
from .project import Failure
from .pump import Flow, pump
from .symbols import Stream, Symbols
from .verdict import Ending, judge

# More output than this is not kept whole: a guest in a loop must not fill the host's memory.
KEPT_BYTES = 8 << 20


# What is still on its way when QEMU was killed comes at once, or never.
REST = 2


@dataclass(frozen=True)
class Console:
    """Where the guest's serial port goes. `captured`: only into the Boot. `followed`: it has our
    input, and what comes is copied to our output at once, with names for the kernel's addresses if
    there are `symbols`. `aside`: the same to our error output, without input: input and output are
    those of a command, through ports. `terminal`: as `followed`, for a person at a keyboard. With
    `files`, a descriptor, what comes through the port for files goes there."""

    kind: str = "captured"
    verbose: bool = False
    symbols: Symbols | None = None
    files: int | None = None


@dataclass(frozen=True)
class Boot:
    """How a boot ended, what stood on the serial port, and what QEMU itself complained about."""

    ending: Ending
    output: bytes
    errors: bytes = b""

    @property
    def text(self):
        return self.output.decode(errors="replace").replace("\r\n", "\n")

    @property
    def lines(self):
        return self.text.split("\n")


def pack(kernel, root, extra=(), entries=()):
    """What an archive shall hold: the kernel, the root program, other (name, path) pairs, and other
    entries."""
    files = [(archive.KERNEL, kernel), (archive.ROOT, root), *extra]
    named = [archive.Entry(name, path=Path(path)) for name, path in files]
    return archive.in_boot_order([*named, *entries])


def write_archive(path, entries):
    try:
        with open(path, "wb") as file:
            archive.write(file, entries)
    except (OSError, archive.ArchiveError) as error:
        raise Failure(f"the archive cannot be made: {error}") from None


def boot(machine, image, packed, timeout=None, console=Console()):
    """Boots once, with an archive of these bytes or entries, or without (None). The timeout is in
    seconds of wall time."""
    with tempfile.TemporaryDirectory(prefix="aril-") as name:
        folder = Path(name)
        verdict, archive_file = folder / "verdict", None
        if packed is not None:
            archive_file = folder / "archive.cpio"
            if isinstance(packed, bytes):
                archive_file.write_bytes(packed)
            else:
                write_archive(archive_file, packed)
        with _terminal_put_back(), Ports(console.kind == "aside", console.files) as ports:
            command = machine.command(image, archive_file, verdict,
                                      (*machines.SERIAL_PIPE, *ports.options()))
            if console.verbose:
                print("aril: " + shlex.join(command), file=sys.stderr, flush=True)
            status, timed_out, output, errors = _run(command, timeout, console, ports)
        text = verdict.read_text(errors="replace") if verdict.exists() else ""
        ending = judge(text, status, timeout if timed_out else None,
                       output.decode(errors="replace"), errors.decode(errors="replace"))
        return Boot(ending, output, errors)


@contextlib.contextmanager
def _terminal_put_back():
    """A terminal that is handed through to the guest has another mode, and so has one that QEMU
    reads from; if QEMU is killed, it leaves it so."""
    if not sys.stdin.isatty():
        yield
        return
    terminal = sys.stdin.fileno()
    before, flags = termios.tcgetattr(terminal), fcntl.fcntl(terminal, fcntl.F_GETFL)
    try:
        yield
    finally:
        fcntl.fcntl(terminal, fcntl.F_SETFL, flags)
        with _without_stops():
            termios.tcsetattr(terminal, termios.TCSADRAIN, before)


@contextlib.contextmanager
def _without_stops():
    """Whoever is in the background may not change a terminal, and is stopped for it."""
    previous = signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGTTOU, previous)


class _Kept:
    def __init__(self):
        self.data = bytearray()

    def __call__(self, data):
        self.data += data
        if len(self.data) > KEPT_BYTES:
            del self.data[: KEPT_BYTES // 2]


def _run(command, timeout, console, ports):
    """QEMU's status, whether its time was over, and what it said on its two outputs."""
    deadline = None if timeout is None else time.monotonic() + timeout
    output, errors = _Kept(), _Kept()
    stdin = {"followed": None, "terminal": subprocess.PIPE}.get(console.kind, subprocess.DEVNULL)
    with started(command, pass_fds=ports.descriptors(), stdin=stdin, stdout=subprocess.PIPE,
                 stderr=subprocess.PIPE) as process:
        ports.have_been_inherited()
        flows = [*ports.flows(), _serial_flow(process.stdout.fileno(), console, output),
                 Flow(process.stderr.fileno(), keep=errors)]
        if console.kind == "terminal":
            flows.append(_keyboard_flow(process))
        is_through = pump(flows, deadline)
        timed_out = not _ends_before(process, deadline)
        if timed_out:
            process.kill()
            pump(flows, time.monotonic() + REST)
        elif not is_through:
            pump(flows)  # the guest was in time, and whoever reads what it said is not
        return process.wait(), timed_out, bytes(output.data), bytes(errors.data)


def _ends_before(process, deadline):
    try:
        process.wait(None if deadline is None else max(0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        return False
    return True


def _serial_flow(source, console, keep):
    shown = {"followed": sys.stdout, "terminal": sys.stdout,
             "aside": sys.stderr}.get(console.kind)
    if shown is None:
        return Flow(source, keep=keep)
    return Flow(source, shown.fileno(), through=Stream(console.symbols), keep=keep)


def _keyboard_flow(process):
    hand_through(sys.stdin.fileno())
    return Flow(sys.stdin.fileno(), process.stdin.fileno(), through=Keys(process.terminate),
                matters=False)
