# SPDX-License-Identifier: MIT
"""The levels of `./aril test`, from fast to slow. Each has `run(selection, report)`."""

from dataclasses import dataclass

from ..machine import Machine
from ..project import MODES


@dataclass(frozen=True)
class Selection:
    """Which tests to run, and on what."""

    pattern: str = ""
    mode: str | None = None
    machine: Machine = Machine()
    timeout: float | None = None
    verbose: bool = False

    def takes(self, name):
        return self.pattern.lower() in name.lower()

    def modes(self):
        return MODES if self.mode is None else (self.mode,)
