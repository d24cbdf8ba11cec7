# SPDX-License-Identifier: MIT
"""`./aril test`: runs levels and closes with one line, `N passed, N failed`."""

import time

from . import build
from .levels import Selection, fuzz, kernel, soak, style, system, unit
from .project import STATUS_WRONG_OPTION, Failure
from .report import Report

LEVELS = {"unit": unit.run, "style": style.run, "kernel": kernel.run, "system": system.run,
          "fuzz": fuzz.run, "soak": soak.run}
BY_DEFAULT = ("unit", "style", "kernel", "system", "fuzz")


def test(options):
    unknown = [level for level in options.levels if level not in LEVELS]
    if unknown:
        raise Failure(f"test: there is no level {unknown[0]!r}; there are {', '.join(LEVELS)}",
                      STATUS_WRONG_OPTION)
    selection = Selection(options.pattern, options.mode, options.machine_to_boot, options.timeout,
                          options.verbose)
    report = Report()
    if _try("setup", lambda: build.prepare(options.verbose), report):
        for level in dict.fromkeys(options.levels or BY_DEFAULT):
            run_level(level, LEVELS[level], selection, report, chosen=bool(options.levels))
    return report.close()


def run_level(level, run, selection, report, chosen):
    """A level that ran nothing has shown nothing, unless a pattern meant others."""
    before, start = report.count, time.monotonic()
    _try(level, lambda: run(selection, report), report)
    if report.count == before and (chosen or not selection.pattern):
        report.result(f"{level}: there is something to run", "no test was found")
    report.say(f"      {level}: {report.count - before} tests in {time.monotonic() - start:.0f} s")


def _try(name, action, report):
    """What keeps a level from running, such as a failed build, is one more failed test."""
    try:
        action()
    except Failure as failure:
        report.result(f"{name}: {failure.sentence}", failure.details or failure.sentence)
        return False
    return True
