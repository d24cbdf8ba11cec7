# SPDX-License-Identifier: MIT
"""One boot, from the start of QEMU to the verdict."""

import contextlib
import os
import selectors
import shlex
import socket
import subprocess
import sys
import tempfile
import termios
import time
from dataclasses import dataclass
from pathlib import Path

import archive
from . import machine as machines
from .processes import started
from .project import Failure
from .symbols import Stream, Symbols
from .verdict import Ending, judge

# More output than this is not kept whole: a guest in a loop must not fill the host's memory.
KEPT_BYTES = 8 << 20


@dataclass(frozen=True)
class Console:
    """Where the guest's serial port goes. `captured`: only into the Boot. `followed`: it has our
    input, and what comes is copied to our output at once, with names for the kernel's addresses if
    there are `symbols`. `terminal`: QEMU gets the terminal. With a `port`, the output port is
    copied to our output as it is; that needs `followed`."""

    kind: str = "captured"
    verbose: bool = False
    symbols: Symbols | None = None
    port: bool = False


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
    """The bytes of an archive with the kernel, the root program, other (name, path) pairs, and
    entries that are no files of the host."""
    files = [(archive.KERNEL, kernel), (archive.ROOT, root), *extra]
    try:
        read = [archive.Entry(name, Path(path).read_bytes()) for name, path in files]
        return archive.pack(archive.in_boot_order([*read, *entries]))
    except (OSError, archive.ArchiveError) as error:
        raise Failure(f"the archive cannot be made: {error}") from None


def boot(machine, image, archive_bytes, timeout=None, console=Console()):
    """Boots once, with or without (None) an archive. The timeout is in seconds of wall time."""
    with tempfile.TemporaryDirectory(prefix="aril-") as name:
        folder = Path(name)
        verdict, log, archive_file = folder / "verdict", folder / "serial", None
        if archive_bytes is not None:
            archive_file = folder / "archive.cpio"
            archive_file.write_bytes(archive_bytes)
        terminal = console.kind == "terminal"
        serial = machines.terminal_serial(log) if terminal else machines.SERIAL_PIPE
        ours, theirs = socket.socketpair() if console.port else (None, None)
        if theirs is not None:
            serial += machines.output_port(theirs.fileno())
        command = machine.command(image, archive_file, verdict, serial)
        if console.verbose:
            print("aril: " + shlex.join(command), file=sys.stderr, flush=True)
        with _terminal_put_back(), contextlib.ExitStack() as sockets:
            for end in (ours, theirs):
                if end is not None:
                    sockets.enter_context(end)
            if terminal:
                status, timed_out = _in_terminal(command, timeout)
                output, errors = _tail_of_file(log), b""
            else:
                status, timed_out, output, errors = _through_pipes(command, timeout, console,
                                                                   ours, theirs)
        text = verdict.read_text(errors="replace") if verdict.exists() else ""
        ending = judge(text, status, timeout if timed_out else None,
                       output.decode(errors="replace"), errors.decode(errors="replace"))
        return Boot(ending, output, errors)


@contextlib.contextmanager
def _terminal_put_back():
    """QEMU puts a terminal that it reads from into raw mode, and leaves it there when killed."""
    before = termios.tcgetattr(sys.stdin) if sys.stdin.isatty() else None
    try:
        yield
    finally:
        if before is not None:
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)


def _in_terminal(command, timeout):
    with started(command) as process:
        try:
            return process.wait(timeout), False
        except subprocess.TimeoutExpired:
            return None, True


def _tail_of_file(path):
    if not path.exists():
        return b""
    with open(path, "rb") as file:
        file.seek(max(0, path.stat().st_size - KEPT_BYTES))
        return file.read()


def _through_pipes(command, timeout, console, port=None, port_of_guest=None):
    deadline = None if timeout is None else time.monotonic() + timeout
    shown = Stream(console.symbols) if console.kind == "followed" else None
    stdin = None if shown else subprocess.DEVNULL
    kept = {"output": bytearray(), "errors": bytearray()}
    passed = () if port_of_guest is None else (port_of_guest.fileno(),)
    with started(command, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                 pass_fds=passed) as process:
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ, "output")
            selector.register(process.stderr, selectors.EVENT_READ, "errors")
            if port is not None:
                port_of_guest.close()  # ours, so that the end of QEMU is the end of it
                selector.register(port, selectors.EVENT_READ, "port")
            timed_out = not _pump(selector, deadline, kept, shown)
        if timed_out:
            process.kill()
            rest, _ = process.communicate()
            kept["output"] += rest
        return process.wait(), timed_out, bytes(kept["output"]), bytes(kept["errors"])


def _pump(selector, deadline, kept, shown):
    """Reads until all pipes are closed; False if the deadline comes first. What is `shown` is the
    output, on its way to ours; what comes from the port goes there as it is."""
    while selector.get_map():
        left = None if deadline is None else deadline - time.monotonic()
        if left is not None and left <= 0:
            return False
        for key, _ in selector.select(left):
            data = os.read(key.fd, 1 << 16)
            if not data:
                selector.unregister(key.fileobj)
            if shown and key.data == "output":
                _show(shown.feed(data) if data else shown.close())
            if key.data == "port":
                _show(data)
            else:
                _keep(kept[key.data], data)
    return True


def _show(data):
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _keep(buffer, data):
    buffer += data
    if len(buffer) > KEPT_BYTES:
        del buffer[: KEPT_BYTES // 2]
