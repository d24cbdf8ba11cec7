# SPDX-License-Identifier: MIT
"""Bytes on their way between descriptors. Nothing is lost when somebody is slow: what cannot go on
is kept, and nothing more is read from where it came, until it can."""

import os
import select
import stat
import time

MOST = 1 << 16
# What a pipe or a terminal takes without waiting, once it is said to be writable (pipe(7)).
MOST_WITHOUT_WAITING = 4096


class Flow:
    """From one descriptor to another, or nowhere. On the way it goes through `through`, which has
    feed() and close() and may keep some of it, and a copy goes to `keep`. When the source has
    ended, and all of it is out, `at_end` is called. Without `matters`, nobody waits for its end."""

    def __init__(self, source, sink=None, *, through=None, keep=None, at_end=None, matters=True):
        self._source, self._sink = source, sink
        self._through, self._keep, self._at_end = through, keep, at_end
        self.matters = matters
        self._pending = memoryview(b"")
        self._has_ended = False
        self.is_over = False
        self._most = _most_at_once(sink)

    def wants(self):
        """What it waits for: a descriptor, and what must hold for it."""
        if self._pending:
            return self._sink, select.POLLOUT
        return self._source, select.POLLIN

    def step(self):
        """Called when that holds."""
        if self._pending:
            self._write()
        else:
            self._read()
        if self._has_ended and not self._pending:
            self.is_over = True
            if self._at_end is not None:
                self._at_end()

    def _read(self):
        try:
            data = os.read(self._source, MOST)
        except BlockingIOError:
            return
        except OSError:  # a terminal that has gone, a socket that was reset: no more will come
            data = b""
        self._has_ended = not data
        if self._keep is not None:
            self._keep(data)
        if self._through is not None:
            data = self._through.feed(data) if data else self._through.close()
        if self._sink is not None:
            self._pending = memoryview(data)

    def _write(self):
        try:
            self._pending = self._pending[os.write(self._sink, self._pending[: self._most]) :]
        except BlockingIOError:
            pass
        except OSError:
            if self.matters:
                raise
            # The guest does not want to hear any more.
            self._pending, self._has_ended = memoryview(b""), True


def _most_at_once(descriptor):
    if descriptor is None or stat.S_ISREG(os.fstat(descriptor).st_mode):
        return MOST
    return MOST if not os.get_blocking(descriptor) else MOST_WITHOUT_WAITING


def pump(flows, deadline=None):
    """Until all flows that matter are over; False if the deadline comes first."""
    flows = list(flows)
    while any(flow.matters for flow in flows):
        left = None if deadline is None else deadline - time.monotonic()
        if left is not None and left <= 0:
            return False
        waiting = {}
        for flow in flows:
            descriptor, event = flow.wants()
            waiting.setdefault((descriptor, event), []).append(flow)
        poll = select.poll()
        for descriptor in {descriptor for descriptor, _ in waiting}:
            poll.register(descriptor, sum(event for at, event in waiting if at == descriptor))
        for descriptor, found in poll.poll(None if left is None else left * 1000):
            for event in (select.POLLIN, select.POLLOUT):
                # An error or a hang-up is what the step will find out.
                if found & (event | ~(select.POLLIN | select.POLLOUT)):
                    for flow in waiting.get((descriptor, event), []):
                        flow.step()
        flows = [flow for flow in flows if not flow.is_over]
    return True
