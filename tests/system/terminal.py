# SPDX-License-Identifier: MIT
"""A person at the machine's terminal: QEMU's serial port on a real pseudo-terminal, and a virtio
port on a socket."""

import contextlib
import os
import pty
import re
import select
import socket
import subprocess
import tempfile
import time
import tty
from pathlib import Path

from aril.checks import fail
from aril.machine import Machine
from aril.ports import DEVICE
from aril.processes import started
from aril.project import CONSOLE, CONSOLE_TESTS, IMAGE, KERNEL, PROCMGR, ROOT, last_lines
from support import artefact, packed
import archive


def checksum(data):
    """As tests/console/roles.hpp has it."""
    value = 0xcbf29ce484222325
    for byte in data:
        value = ((value ^ byte) * 0x100000001b3) & (1 << 64) - 1
    return f"0x{value:x}"


class Session:
    """What is typed and what is seen. Everything seen so far stands in `seen`."""

    def __init__(self, terminal, port, process):
        self._terminal, self._port, self._process = terminal, port, process
        self.seen = b""
        self.received = b""  # from the port

    def _turn(self, deadline, typed=b"", sent=b""):
        """Moves what can be moved; what is left of `typed` and `sent`."""
        left = deadline - time.monotonic()
        if left <= 0:
            fail("nothing more came\n" + "\n".join(last_lines(self.seen)))
        sources = [source for source in (self._terminal, self._port) if source is not None]
        ready, writable, _ = select.select(
            sources, ([self._terminal] if typed else []) + ([self._port] if sent else []), [],
            min(left, 0.2))
        if self._terminal in ready:
            self.seen += os.read(self._terminal, 1 << 16)
        if self._port in ready:
            self.received += self._port.recv(1 << 16)
        if self._terminal in writable:
            typed = typed[os.write(self._terminal, typed[:4096]):]
        if self._port in writable:
            sent = sent[self._port.send(sent[: 1 << 16]):]
        return typed, sent

    def type(self, data, timeout=30):
        deadline = time.monotonic() + timeout
        while data:
            data, _ = self._turn(deadline, typed=data)

    def send(self, data, timeout=30):
        """To the port."""
        deadline = time.monotonic() + timeout
        while data:
            _, data = self._turn(deadline, sent=data)

    def expect(self, pattern, timeout=30):
        """Waits until the pattern is seen; forgets everything up to its end. What was before it."""
        deadline = time.monotonic() + timeout
        while not (match := re.search(pattern, self.seen, re.DOTALL)):
            self._expect_alive(pattern)
            self._turn(deadline)
        before, self.seen = self.seen[:match.start()], self.seen[match.end():]
        return before, match

    def _expect_alive(self, pattern):
        # What it has said before its end may still be on its way.
        if self._process.poll() is not None and not select.select([self._terminal], [], [], 0)[0]:
            fail(f"the machine ended before {pattern!r}\n" + "\n".join(last_lines(self.seen)))

    def type_until(self, data, pattern, timeout=30):
        """Types it again and again: where it is not known when the guest has come so far."""
        deadline = time.monotonic() + timeout
        while not re.search(pattern, self.seen, re.DOTALL):
            self._expect_alive(pattern)
            self.type(data)
            pause = time.monotonic() + 0.3
            while time.monotonic() < pause:
                self._turn(deadline)
        return self.expect(pattern)

    def receive(self, count, timeout=120):
        deadline = time.monotonic() + timeout
        while len(self.received) < count:
            self._turn(deadline)
        return self.received

    def hang_up(self):
        self._port.close()
        self._port = None

    def end(self, timeout=30):
        """The machine's status; what was seen last is in `seen`."""
        deadline = time.monotonic() + timeout
        while self._process.poll() is None:
            self._turn(deadline)
        while select.select([self._terminal], [], [], 0)[0]:
            self.seen += os.read(self._terminal, 1 << 16)
        return self._process.returncode


@contextlib.contextmanager
def session(role, *words, mode="release", icount=False, console=CONSOLE, port=True):
    """A machine whose first program is the tests' own, in this role."""
    names = {"bin/console": console, "bin/console_tests": CONSOLE_TESTS}
    entries = [archive.Entry(name, artefact(path, mode).read_bytes())
               for name, path in names.items()]
    manifest = (ROOT / "tests" / "console" / "manifest").read_bytes()
    files = packed(kernel=artefact(KERNEL, mode).read_bytes(),
                   root=artefact(PROCMGR, mode).read_bytes(),
                   extra=[archive.Entry("etc/manifest", manifest), *entries])
    ours, theirs = socket.socketpair() if port else (None, None)
    master, slave = pty.openpty()
    tty.setraw(slave)  # QEMU does that too, but later
    devices = (*DEVICE, "-chardev", f"socket,id=data,fd={theirs.fileno()}",
               "-device", "virtserialport,chardev=data,name=aril.data,nr=1") if port else ()
    with tempfile.TemporaryDirectory(prefix="aril-") as folder:
        image = Path(folder) / "archive.cpio"
        image.write_bytes(files)
        verdict = Path(folder) / "verdict"
        machine = Machine(memory="256M", icount=icount, qemu_args=devices,
                          append=("log=quiet",), arguments=(role, *map(str, words)))
        serial = ("-chardev", f"serial,id=serial,path={os.ttyname(slave)}",
                  "-serial", "chardev:serial")
        command = machine.command(artefact(IMAGE, mode), image, verdict, serial)
        passed = (theirs.fileno(),) if port else ()
        with started(command, stdin=subprocess.DEVNULL, pass_fds=passed) as process:
            if port:
                theirs.close()
            os.set_blocking(master, False)
            try:
                yield Session(master, ours, process)
            finally:
                os.close(master)
                os.close(slave)
                if ours is not None:
                    ours.close()
