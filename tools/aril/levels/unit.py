# SPDX-License-Identifier: MIT
"""Level unit: the kernel's and boot's own sources on the host, and the host tools themselves."""

import json
import os
import tempfile
from pathlib import Path

from .. import build, checks, processes
from ..project import MODEL_TESTS, ROOT, SHELL_TESTS, UNIT_TESTS, last_lines

MODE = "debug"
TIMEOUT = 300
# Any finding of a sanitizer ends the program, so that no test can pass over it.
ENVIRONMENT = {"ASAN_OPTIONS": "abort_on_error=0:detect_leaks=1",
               "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1"}


def run(selection, report):
    found = checks.discover(ROOT / "tests" / "tools", "test_*.py", "unit")
    checks.run([check for check in found if selection.takes(check.name)], report)
    programs = [UNIT_TESTS, SHELL_TESTS, MODEL_TESTS]
    build.build(MODE, programs, selection.verbose)
    for program in programs:
        with tempfile.TemporaryDirectory(prefix="aril-") as folder:
            run_program(selection, report, build.artefact(MODE, program),
                        Path(folder) / "results.json")


def run_program(selection, report, program, results):
    """All tests of one GoogleTest program; what it found is read from the file `results`."""
    status, output, errors = processes.finished(
        [str(program), f"--gtest_output=json:{results}"], selection.timeout or TIMEOUT,
        env={**os.environ, **ENVIRONMENT})
    if not results.is_file():
        ended = "did not end in time" if status is None else f"ended with status {status}"
        report.result(f"unit: {program.name} runs to its end",
                      "\n".join([f"it {ended}", *last_lines(output, 5), *last_lines(errors, 30)]))
        return
    failed = _report_results(selection, report, json.loads(results.read_text()))
    if status != (1 if failed else 0):
        report.result(f"unit: {program.name} ends as its tests did",
                      f"status {status}\n" + "\n".join(last_lines(errors, 30)))


def _report_results(selection, report, document):
    """Whether any test failed, selected or not: all of them ran."""
    any_failed = False
    for suite in document["testsuites"]:
        for test in suite["testsuite"]:
            name = f"unit: {suite['name']}: {test['name']}"
            problems = [failure["failure"] for failure in test.get("failures", [])]
            if test.get("result") != "COMPLETED":
                problems.append(f"it was not run: {test.get('result')}")
            any_failed = any_failed or bool(test.get("failures"))
            if selection.takes(name):
                report.result(name, "\n".join(problems) or None)
    return any_failed
