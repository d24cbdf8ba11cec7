# SPDX-License-Identifier: MIT
"""Tests written in Python: functions whose name begins with `test_` in the files of a folder.

A test fails by raising; `fail()` does it with a sentence. Its name, read as words, says what holds.
`@cases(...)` makes one test of each value. Several tests run at a time, except those marked
`@alone`, which come last.
"""

import concurrent.futures
import importlib.util
import os
import sys
import traceback
from dataclasses import dataclass
from typing import Callable

from . import processes
from .project import Failure


class TestFailed(Exception):
    """What a test found wrong; the text is shown as it is, without a traceback."""


def fail(problem):
    raise TestFailed(problem)


def expect(condition, problem):
    if not condition:
        fail(problem)


def expect_equal(found, wanted, what):
    if found != wanted:
        fail(f"{what}: {found!r}, and should be {wanted!r}")


def cases(values):
    """Runs the test once for each value; a mapping's keys name the cases."""

    def mark(function):
        named = values.items() if isinstance(values, dict) else ((str(v), v) for v in values)
        function.cases = list(named)
        return function

    return mark


def alone(function):
    function.alone = True
    return function


@dataclass(frozen=True)
class Check:
    name: str
    run: Callable
    alone: bool


def discover(folder, files, level):
    """The tests of the files that match, in the order of their names and of the text."""
    found = []
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))  # so that the tests of a folder can share a module
    for path in sorted(folder.glob(files)):
        module = _load(path)
        area = path.stem.split("_", 1)[-1]
        for attribute, function in vars(module).items():
            if attribute.startswith("test_") and callable(function):
                sentence = attribute.removeprefix("test_").replace("_", " ")
                found += _checks_of(function, f"{level}: {area}: {sentence}")
    return found


def _checks_of(function, name):
    by_itself = getattr(function, "alone", False)
    if not hasattr(function, "cases"):
        return [Check(name, function, by_itself)]
    return [Check(f"{name} [{label}]", lambda value=value: function(value), by_itself)
            for label, value in function.cases]


def _load(path):
    specification = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def run(checks, report):
    """Runs the checks, as many at a time as there are CPUs."""
    together = [check for check in checks if not check.alone]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        try:
            for _ in concurrent.futures.as_completed(
                    [pool.submit(_run_one, check, report) for check in together]):
                pass
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            processes.end_all()
            raise
    for check in checks:
        if check.alone:
            _run_one(check, report)


def _run_one(check, report):
    try:
        check.run()
    except TestFailed as failed:
        report.result(check.name, str(failed))
    except Failure as failure:
        report.result(check.name, f"{failure.sentence}\n{failure.details}")
    except Exception:  # a mistake in the test itself: show where
        report.result(check.name, traceback.format_exc())
    else:
        report.result(check.name)
