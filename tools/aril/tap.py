# SPDX-License-Identifier: MIT
"""Reads the in-guest tests' results (TAP) from the serial port, and believes nothing.

A guest may end early, crash between two tests, or print nonsense. Only a stream that is complete
and agrees with itself and with the verdict counts as a run of all its tests.
"""

import re
from dataclasses import dataclass, field

PLAN = re.compile(r"1\.\.(\d+)")
RESULT = re.compile(r"(ok|not ok) (\d+) - (\S+: .+)")
SUMMARY = re.compile(r"# (\d+) passed, (\d+) failed")


@dataclass
class Result:
    name: str
    passed: bool
    diagnostics: list = field(default_factory=list)


@dataclass
class Stream:
    """The results in order, and what is wrong with the stream as a whole."""

    results: list = field(default_factory=list)
    problems: list = field(default_factory=list)
    planned: int | None = None
    summary: tuple | None = None

    @property
    def failed(self):
        return sum(1 for result in self.results if not result.passed)


def read(lines):
    """Lines that are no TAP are other people's output, except after a failure, where they may
    explain it."""
    stream = Stream()
    for line in lines:
        line = line.rstrip("\r")
        if PLAN.fullmatch(line):
            _read_plan(stream, int(PLAN.fullmatch(line).group(1)))
        elif SUMMARY.fullmatch(line):
            _read_summary(stream, SUMMARY.fullmatch(line))
        elif line.startswith(("ok", "not ok")):
            _read_result(stream, line)
        elif line.startswith("Bail out!"):
            stream.problems.append(f"the tests gave up: {line}")
        elif line.startswith("#") and stream.results:
            stream.results[-1].diagnostics.append(line[1:].strip())
    _check_end(stream)
    return stream


def _read_plan(stream, count):
    if stream.planned is not None:
        stream.problems.append("a second plan")
    elif stream.results:
        stream.problems.append("the plan comes after the first result")
    stream.planned = count


def _read_summary(stream, match):
    if stream.summary is not None:
        stream.problems.append("a second summary")
    stream.summary = (int(match.group(1)), int(match.group(2)))


def _read_result(stream, line):
    match = RESULT.fullmatch(line)
    if match is None:
        stream.problems.append(f"not a result: {line!r}")
        return
    verdict, number, name = match.groups()
    if stream.planned is None:
        stream.problems.append(f"result {number} comes before the plan")
    if stream.summary is not None:
        stream.problems.append(f"result {number} comes after the summary")
    if int(number) != len(stream.results) + 1:
        stream.problems.append(f"result {number} stands where {len(stream.results) + 1} belongs")
    if any(result.name == name for result in stream.results):
        stream.problems.append(f"a second result for {name!r}")
    stream.results.append(Result(name, verdict == "ok"))


def _check_end(stream):
    count = len(stream.results)
    if stream.planned is None:
        stream.problems.append("no plan")
    elif stream.planned == 0:
        stream.problems.append("the plan has no tests")
    elif count != stream.planned:
        last = f", the last was {stream.results[-1].name!r}" if stream.results else ""
        stream.problems.append(f"{count} of {stream.planned} tests gave a result{last}")
    if stream.summary is None:
        stream.problems.append("no summary line at the end")
    elif stream.summary != (count - stream.failed, stream.failed):
        stream.problems.append("the summary says {} passed, {} failed".format(*stream.summary)
                               + f"; the results say {count - stream.failed}, {stream.failed}")
