# SPDX-License-Identifier: MIT
"""Level soak: what system and fuzz do, for longer. Not part of the levels that run by default."""

from . import fuzz, system

FUZZ_SECONDS = 300


def run(selection, report):
    system.run(selection, report, "soak_*.py", "soak")
    fuzz.run(selection, report, FUZZ_SECONDS)
