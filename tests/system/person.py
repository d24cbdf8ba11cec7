# SPDX-License-Identifier: MIT
"""A person at `./aril run`: a pseudo-terminal of some size, somebody who types, and a screen.

    with person("run") as me:
        me.wait_for("$ ")
        me.type("hello 1\\n")
        me.wait_for("argument 1: 1")
        me.type("exit 3\\n")
        expect_equal(me.end(), 3, "the status")
"""

import contextlib
import fcntl
import os
import pty
import re
import select
import struct
import termios
import time

from aril.checks import expect_equal, fail
from aril.processes import started
from aril.project import ROOT
from screen import Screen

TIMEOUT = 60


class Person:
    """`screen` is what is seen now, `seen` all that came and was not waited for yet. Lines end with
    a line feed there, however many carriage returns the terminals on the way put before it."""

    def __init__(self, terminal, theirs, process, screen):
        self._terminal, self._theirs, self.process = terminal, theirs, process
        self._before = termios.tcgetattr(theirs), fcntl.fcntl(theirs, fcntl.F_GETFL)
        self.screen = screen
        self.seen = ""
        self._held = ""

    def _turn(self, deadline, what, typed=b""):
        """Takes what came, and types what can be typed; what is left of it."""
        left = deadline - time.monotonic()
        if left <= 0:
            fail(f"{what}: nothing of that kind; the screen:\n{self.screen.text()}")
        ready, writable, _ = select.select([self._terminal], [self._terminal] if typed else [], [],
                                           min(left, 0.2))
        if ready:
            try:
                data = os.read(self._terminal, 1 << 16)
            except OSError:  # nobody has it open any more
                data = b""
            text = self._held + data.decode(errors="replace")
            self._held = text[len(text.rstrip("\r")) :]
            self.seen += re.sub(r"\r+\n", "\n", text.removesuffix(self._held))
            os.write(self._terminal, self.screen.feed(data))
        if writable:
            typed = typed[os.write(self._terminal, typed[:1024]):]
        return typed

    def _has_more(self):
        return bool(select.select([self._terminal], [], [], 0)[0])

    def type(self, text, timeout=TIMEOUT):
        data = text.encode() if isinstance(text, str) else text
        deadline = time.monotonic() + timeout
        while data:
            data = self._turn(deadline, f"typing {text!r:.40}", data)

    def wait_for(self, pattern, timeout=TIMEOUT):
        """Until this comes (a regular expression; `re.escape` for a text); forgets all up to its
        end. The match."""
        deadline = time.monotonic() + timeout
        while not (match := re.search(pattern, self.seen, re.DOTALL)):
            if self.process.poll() is not None and not self._has_more():
                fail(f"it ended before {pattern!r}; the screen:\n{self.screen.text()}")
            self._turn(deadline, f"waiting for {pattern!r}")
        self.seen = self.seen[match.end():]
        return match

    def wait_until(self, holds, what, timeout=TIMEOUT):
        """Until the screen looks as it should: `holds(screen)`."""
        deadline = time.monotonic() + timeout
        while not holds(self.screen):
            self._turn(deadline, f"waiting until {what}")

    def wait_for_quiet(self, seconds, timeout=TIMEOUT):
        """Until nothing has come for so long."""
        deadline = time.monotonic() + timeout
        seen, since = self.seen, time.monotonic()
        while time.monotonic() - since < seconds:
            self._turn(deadline, "waiting for quiet")
            if self.seen != seen:
                seen, since = self.seen, time.monotonic()

    def resize(self, columns, rows):
        """The window has another size from now on."""
        fcntl.ioctl(self._theirs, termios.TIOCSWINSZ, struct.pack("4H", rows, columns, 0, 0))
        self.screen = Screen(columns, rows)

    def end(self, timeout=TIMEOUT):
        """The status, when it has ended; and the terminal must be as it was."""
        deadline = time.monotonic() + timeout
        while self.process.poll() is None:
            self._turn(deadline, "waiting for the end")
        while self._has_more():
            self._turn(deadline, "waiting for the end")
        after = termios.tcgetattr(self._theirs), fcntl.fcntl(self._theirs, fcntl.F_GETFL)
        expect_equal(after, self._before, "the terminal's settings afterwards")
        return self.process.returncode


@contextlib.contextmanager
def person(*arguments, columns=80, rows=24, environment=None, cwd=ROOT):
    """./aril with these arguments on a terminal of its own."""
    terminal, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("4H", rows, columns, 0, 0))
    variables = {**os.environ, "TERM": "xterm", **(environment or {})}
    command = [str(ROOT / "aril"), *map(str, arguments)]
    try:
        with started(command, cwd=cwd, stdin=theirs, stdout=theirs, stderr=theirs, env=variables,
                     start_new_session=True) as process:
            yield Person(terminal, theirs, process, Screen(columns, rows))
    finally:
        os.close(terminal)
        os.close(theirs)
