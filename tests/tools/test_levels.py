# SPDX-License-Identifier: MIT
"""The runner of tests itself: it must count what ran, and not take silence for success."""

import io

from aril import checks, test
from aril.checks import Check, cases, expect, expect_equal
from aril.levels import Selection
from aril.project import Failure
from aril.report import Report


def _run(level, pattern="", chosen=True):
    """Runs one level that is this function; the status and what was printed."""
    out = io.StringIO()
    report = Report(out)
    test.run_level("level", level, Selection(pattern), report, chosen)
    return report.close(), out.getvalue()


def _raise(error):
    raise error


def test_what_passes_is_counted():
    status, output = _run(lambda _, report: report.result("level: a"))
    expect_equal((status, output.splitlines()[-1]), (0, "1 passed, 0 failed"), "status and end")


def test_what_fails_is_shown_with_its_reason_and_counted():
    status, output = _run(lambda _, report: report.result("level: a", "two\nlines"))
    expect_equal((status, output.splitlines()[-1]), (1, "0 passed, 1 failed"), "status and end")
    expect("FAIL  level: a\n      two\n      lines\n" in output, output)


@cases({"a level that was chosen": (True, ""), "a chosen one with a pattern": (True, "x"),
        "all levels": (False, "")})
def test_nothing_to_run_is_a_failure(case):
    chosen, pattern = case
    status, output = _run(lambda _, report: None, pattern, chosen)
    expect_equal((status, output.splitlines()[-1]), (1, "0 passed, 1 failed"), "status and end")


def test_a_level_that_a_pattern_leaves_out_is_none_but_all_of_them_are():
    status, output = _run(lambda _, report: None, "x", chosen=False)
    expect_equal((status, output.splitlines()[-1]), (1, "0 passed, 0 failed"), "status and end")


def test_a_build_that_fails_is_one_failed_test():
    status, output = _run(lambda *_: _raise(Failure("the build failed", details="why")))
    expect_equal((status, output.splitlines()[-1]), (1, "0 passed, 1 failed"), "status and end")
    expect("why" in output, output)


@cases({"a failure": checks.TestFailed("no"), "a mistake": ZeroDivisionError("no"),
        "an assertion": AssertionError("no"), "a failed command": Failure("no")})
def test_every_exception_of_a_test_is_its_failure(error):
    status, output = _run(lambda _, report: checks.run(
        [Check("level: bad", lambda: _raise(error), alone=False),
         Check("level: good", lambda: None, alone=True)], report))
    expect_equal((status, output.splitlines()[-1]), (1, "1 passed, 1 failed"), "status and end")
    expect("no" in output, output)
