# SPDX-License-Identifier: MIT
"""Counts tests and prints how each ended."""

import sys
import threading

DETAIL_LINES = 40


class Report:
    """Results may come from several threads; each is printed as it comes."""

    def __init__(self, out=sys.stdout):
        self._lock = threading.Lock()
        self._out = out
        self.passed = 0
        self.failures = []

    @property
    def count(self):
        return self.passed + len(self.failures)

    def say(self, line):
        print(line, file=self._out, flush=True)

    def result(self, name, problem=None):
        """`problem` is None for a test that passed, else what is wrong, in one line or more."""
        with self._lock:
            if problem is None:
                self.passed += 1
                self.say(f"pass  {name}")
                return
            self.failures.append(name)
            self.say(f"FAIL  {name}")
            lines = problem.rstrip().splitlines()
            for line in lines[:DETAIL_LINES]:
                self.say(f"      {line}")
            if len(lines) > DETAIL_LINES:
                self.say(f"      ... and {len(lines) - DETAIL_LINES} more lines")

    def close(self):
        """The failures once more, then the one line that others read."""
        if self.failures:
            self.say("\nfailed:")
        for name in self.failures:
            self.say(f"  {name}")
        self.say(f"{self.passed} passed, {len(self.failures)} failed")
        return 1 if self.failures or not self.passed else 0
