# SPDX-License-Identifier: MIT
"""What a panic tells, and that names stand behind its addresses."""

import re
import struct
import subprocess
import tempfile
from pathlib import Path

import elf
from aril import processes
from aril.checks import alone, cases, expect, expect_equal
from aril.machine import Machine
from aril.project import KERNEL, ROOT, TESTERS
from aril.symbols import Symbols
from person import person
from support import aril, aril_tester, artefact, boot, kernel_bytes, packed, shown

PANIC_STATUS = 134
BREAKPOINT = 0xD4200000


def _address_of(mangled):
    status, output, errors = processes.finished(["llvm-nm-19", str(artefact(KERNEL))], 60)
    expect_equal(status, 0, errors)
    return int(next(line for line in output.splitlines() if line.endswith(" " + mangled))[:16], 16)


def _patched_kernel(mangled, instruction):
    """The kernel's file with another first instruction of a function. Only so can a test see the
    kernel make a mistake: there is no way to ask it for one."""
    address, data = _address_of(mangled), bytearray(kernel_bytes())
    for load in elf.Elf(kernel_bytes()).loads():
        if load.address <= address < load.end:
            struct.pack_into("<I", data, load.offset + address - load.address, instruction)
    return bytes(data)


def _panic(kernel=None, timeout=20):
    return boot(packed(kernel, artefact(TESTERS).read_bytes()), Machine(arguments=("panic",)),
                timeout=timeout)


def test_a_panic_names_the_functions_that_led_to_it():
    status, output, errors = aril_tester("panic")
    expect_equal(status, PANIC_STATUS, "the status")
    for text in (output, errors):
        calls = [line for line in text.splitlines() if "kernel:   called from 0x" in line]
        expect(any(re.search(r"invoke_platform\S* .*platform\.cpp:\d+|platform\.cpp:\d+, in "
                             r"kernel::invoke_platform\+0x", line) for line in calls), text)
        expect(any("entry.S:" in line for line in calls), text)


def test_the_kernel_itself_prints_numbers_only():
    result = _panic()
    expect_equal(result.ending.kind, "panic", shown(result))
    expect("invoke_platform" not in result.text, shown(result))
    expect(re.search(r"kernel:   thread, its pc, its address space 0xffff\S+ 0x\S+ 0x\S+\n",
                     result.text), shown(result))


@cases(["debug", "release"])
def test_the_last_events_stand_in_the_report_where_they_were_traced(mode):
    result = boot(packed(artefact(KERNEL, mode).read_bytes(), artefact(TESTERS).read_bytes()),
                  Machine(arguments=("panic",)), mode=mode, timeout=20)
    events = [line for line in result.lines if line.startswith("kernel:   system call 0x")]
    expect_equal(bool(events), mode == "debug", shown(result))
    if events:
        # The call of Platform, whose capability stands in slot 8.
        expect(events[-1].endswith(" 0x1 0x8"), shown(result))


def test_an_exception_in_the_kernel_shows_all_registers():
    result = _panic(_patched_kernel("_ZN6kernel5panicEPKc", BREAKPOINT))
    expect_equal((result.ending.kind, result.ending.status), ("panic", PANIC_STATUS),
                 shown(result))
    expect("kernel: panic: a breakpoint in the kernel" in result.lines, shown(result))
    shows = {line[10:].split(" 0x")[0]: re.findall(r"0x([0-9a-f]+)", line)
             for line in result.lines if line.startswith("kernel:   ")}
    counts = {name: len(values) for name, values in shows.items()}
    for first in range(0, 28, 4):
        expect_equal(counts.get(f"x{first}..x{first + 3}"), 4, shown(result))
    expect_equal(counts.get("x28..x30"), 3, shown(result))
    expect_equal((counts.get("sp, flags"), counts.get("syndrome, address")), (2, 2), shown(result))
    where = _address_of("_ZN6kernel5panicEPKc")
    expect_equal([int(value, 16) for value in shows["at"]], [where], "the pc")
    expect_equal(int(shows["syndrome, address"][0], 16) >> 26, 0x3C, "the class")
    expect("asked for by the holder" not in result.text, shown(result))
    text = Symbols(artefact(KERNEL)).annotated(f"kernel:   at 0x{where:x}")
    expect("kernel::panic+0x0" in text, text)
    expect(any("called from 0x" in line for line in result.lines), shown(result))


PRINT_TEXT = "_ZN6kernel10print_textESt17basic_string_viewIcSt11char_traitsIcEE"
# What the last line before the verdict is, and the kind of end.
BAD_REPORTS = {
    "printing": (PRINT_TEXT, "boot: root.elf", "panic"),
    "the verdict": ("_ZN6kernel7machine21power_off_after_panicERKN3abi7MachineE",
                    "kernel: panic: a breakpoint in the kernel", "timeout"),
}


@cases(BAD_REPORTS)
def test_a_mistake_in_the_report_is_not_made_for_ever(what):
    function, last_line, kind = what
    result = _panic(_patched_kernel(function, BREAKPOINT), timeout=5)
    expect_equal(result.ending.kind, kind, shown(result))
    lines = [line for line in result.lines if line.strip()]
    expect(lines[-1].startswith(last_line), shown(result))
    expect(len(lines) < 60, shown(result))


def test_a_log_gets_its_names_later():
    log = f"hello\nkernel:   called from 0x{_address_of('kernel_trap') + 4:x}\r\nend"
    done = subprocess.run([str(ROOT / "aril"), "symbolise"], input=log.encode(), cwd=ROOT,
                          capture_output=True, check=False, timeout=60)
    expect_equal((done.returncode, done.stderr), (0, b""), "status and complaints")
    expect(re.fullmatch(r"hello\nkernel:   called from 0x[0-9a-f]{16}  \[kernel_trap\+0x4 "
                        r"kernel/trap/trap\.cpp:\d+\]\r\nend", done.stdout.decode()),
           repr(done.stdout))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log"
        path.write_text(log)
        status, output, _ = aril("symbolise", str(path))
        expect_equal((status, output), (0, done.stdout.decode().replace("\r\n", "\n")), "a file")
    status, _, errors = aril("symbolise", "/nonexistent")
    expect_equal((status, len(errors.splitlines())), (125, 1), errors)


@alone
def test_a_panic_on_a_terminal_has_names_too():
    with person("run", "--root", artefact(TESTERS), "--", "panic") as me:
        me.wait_for("invoke_platform.*aril: the kernel panicked: ")
        expect_equal(me.end(), PANIC_STATUS, "the status")
