# SPDX-License-Identifier: MIT
"""Ports of the machine: streams of bytes by name. QEMU inherits the other end of a socket for each.

A stream is a command's own, byte for byte. Its end travels too: whoever shuts down his side of a
socket hangs up that port, and no other.
"""

import contextlib
import os
import socket
import sys

from .pump import Flow

# The bus of the first place that the machine has for virtio devices.
DEVICE = ("-global", "virtio-mmio.force-legacy=false",
          "-device", "virtio-serial-device,bus=virtio-mmio-bus.0,max_ports=8")
OUTPUT, ERROR, INPUT, FILES = "aril.output", "aril.error", "aril.input", "aril.files"
NAMES = (OUTPUT, ERROR, INPUT, FILES)


class Ports:
    """Either all streams of a command go through ports, or none; and files come through one, to
    the descriptor `files`, if somebody wants to have any."""

    def __init__(self, streams, files=None):
        self._files = files
        self._used = ((OUTPUT, ERROR, INPUT) if streams else ()) + (
            () if files is None else (FILES,))
        self._ours, self._theirs = {}, {}

    def __enter__(self):
        with contextlib.ExitStack() as sockets:
            for name in self._used:
                self._ours[name], self._theirs[name] = map(sockets.enter_context,
                                                           socket.socketpair())
                self._ours[name].setblocking(False)
            self._sockets = sockets.pop_all()
        return self

    def __exit__(self, *_):
        self._sockets.close()

    def options(self):
        """QEMU's. A port that nobody uses is there and not connected: then the guest need not find
        out whether it will come."""
        options = list(DEVICE) if self._used else []
        for number, name in enumerate(NAMES if self._used else (), start=1):
            port = f"virtserialport,name={name},nr={number}"
            if name in self._theirs:
                options += ["-chardev", f"socket,id={name},fd={self._theirs[name].fileno()}"]
                port += f",chardev={name}"
            options += ["-device", port]
        return tuple(options)

    def descriptors(self):
        return tuple(theirs.fileno() for theirs in self._theirs.values())

    def have_been_inherited(self):
        """From now on, the end of QEMU is the end of what comes."""
        for theirs in self._theirs.values():
            theirs.close()

    def flows(self):
        sinks = {OUTPUT: sys.stdout.fileno, ERROR: sys.stderr.fileno, FILES: lambda: self._files}
        found = [Flow(self._ours[name].fileno(), sink()) for name, sink in sinks.items()
                 if name in self._ours]
        if INPUT not in self._ours:
            return found
        ours = self._ours[INPUT]
        if _is_anothers_terminal(sys.stdin.fileno()):
            _hang_up(ours)
            return found
        return [*found, Flow(sys.stdin.fileno(), ours.fileno(), at_end=lambda: _hang_up(ours),
                             matters=False)]


def _hang_up(ours):
    # A socket that is closed on both sides would lose what stands in it.
    with contextlib.suppress(OSError):
        ours.shutdown(socket.SHUT_WR)


def _is_anothers_terminal(descriptor):
    """A program in the background that reads from its terminal is stopped. So it does not."""
    try:
        return os.tcgetpgrp(descriptor) != os.getpgrp()
    except OSError:  # it is no terminal, or not ours to be stopped at
        return False
