# SPDX-License-Identifier: MIT
"""Processes under procmgr: what they are given, how they end, and libipc's view of both."""

import functools

import archive
from aril.checks import cases, expect, expect_equal
from aril.machine import Machine
from aril.project import MANIFEST, PROCESS_TESTS, PROCESS_TESTS_PIE, PROCMGR, PROGRAMS
from support import artefact, boot, packed, shown

# Words of the machine's command line are a command for init.
CONTENTS = {**PROGRAMS,
            "bin/process_tests": PROCESS_TESTS, "bin/process_tests_pie": PROCESS_TESTS_PIE}


@functools.cache
def _archive():
    entries = [archive.Entry(name, artefact(path).read_bytes()) for name, path in CONTENTS.items()]
    others = [archive.Entry("etc/text", b"no program", mode=archive.PROGRAM_FILE),
              archive.Entry("etc/manifest", MANIFEST.read_bytes())]
    return packed(root=artefact(PROCMGR).read_bytes(), extra=[*entries, *others])


def _run(*words):
    """Runs a command; how the machine ended, and what was said."""
    return boot(_archive(), Machine(arguments=words))


def _expect(result, status, *lines):
    expect_equal((result.ending.kind, result.ending.status), ("off", status),
                 f"the ending\n{shown(result)}")
    for line in lines:
        expect(any(said.endswith(line) for said in result.lines), f"no {line!r}\n{shown(result)}")


@cases(["hello", "bin/hello", "/bin/hello", "hello_pie"])  # names without a slash are in /bin
def test_a_program_gets_its_arguments_and_ends_with_its_status(name):
    _expect(_run(name, "7", "x"), 7, f"argument 0: {name}", "argument 1: 7", "argument 2: x")


@cases(["process_tests", "process_tests_pie"])
def test_libipc_and_procmgr_agree(name):
    result = _run(f"bin/{name}")
    _expect(result, 0, "pass and has them back")
    expect(not any("FAIL" in line for line in result.lines), shown(result))


def test_a_program_starts_its_own_server():
    _expect(_run("echo_client", "abc", "x1"), 0, "abc -> ABC", "x1 -> X1", "2 shouts")


@cases({
    "that is not there": (127, "nothing", "init: nothing: there is nothing of that kind there"),
    "that is none": (126, "etc/text", "the file is no ELF file (0x0)"),
    "of the kernel": (126, "/kernel.elf", "a segment lies where no program may lie"),
})
def test_a_program_is_refused(case):
    status, name, reason = case
    result = _run(name)
    _expect(result, status)
    expect(any(reason in line for line in result.lines), shown(result))


def test_a_crash_is_told():
    result = _run("process_tests", "fault")
    _expect(result, 139)
    expect(any("process_tests: page fault at address 0x10, pc 0x2" in line
               for line in result.lines), shown(result))
