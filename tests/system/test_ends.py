# SPDX-License-Identifier: MIT
"""How a guest can end, and that ./aril reports each end as what it is."""

import signal
import subprocess
import tempfile
import time
from pathlib import Path

import elf
from aril import tap
from aril.checks import cases, expect, expect_equal
from aril.levels.kernel import problems_of
from aril.machine import Machine
from aril.project import ROOT, TESTERS
from support import aril, aril_tester, artefact, boot, expect_end, packed, shown, tiny_program

FAULT_STATUS = 139


def _tester(*arguments, timeout=5):
    return boot(packed(root=artefact(TESTERS).read_bytes()), Machine(arguments=arguments),
                timeout=timeout)


@cases(["0", "1", "2", "3", "77", "124", "125", "126", "134", "139", "254", "255"])
def test_the_status_of_the_guest_is_the_status_of_the_command(status):
    found, _, errors = aril("run", "--bare", "--timeout", "60", "--", "exit", status)
    expect_equal((found, errors), (int(status), ""), "status and complaint")


def test_a_passing_guest_passes():
    result = _tester("pass")
    expect_equal(problems_of(tap.read(result.lines), result.ending), [], "problems")


def test_a_failing_guest_is_reported_as_failing():
    result = _tester("fail")
    stream = tap.read(result.lines)
    expect(stream.failed > 0, f"no test failed\n{shown(result)}")
    expect_equal(problems_of(stream, result.ending), [], "problems besides the failure")


def test_a_hanging_guest_is_reported_as_hanging():
    status, _, errors = aril_tester("hang", timeout=4)
    expect_equal(status, 124, "the status")
    lines = errors.splitlines()
    expect("did not end within 4 s" in lines[-1], errors)
    expect(any(line.startswith("  ") for line in lines), f"no last lines of the guest: {errors}")


def test_a_hanging_test_run_is_no_run():
    result = _tester("hang", timeout=4)
    expect(problems_of(tap.read(result.lines), result.ending), "it was taken for a whole run")


def test_a_panicking_guest_is_reported_as_panicking():
    status, output, errors = aril_tester("panic")
    expect_equal(status, 134, "the status")
    expect("kernel: panic: " in output, output)
    expect("the kernel panicked: " in errors.splitlines()[-1], errors)


def test_a_crashing_guest_is_reported_as_crashing():
    status, output, _ = aril_tester("crash")
    expect_equal(status, FAULT_STATUS, "the status\n" + output)
    expect("fault" in output, f"no report of the crash: {output}")


@cases(["off 0", "off 7", "panic", "kernel: panic: no", "boot: error: no", "1..1", "ok 1 - a: b",
        "0 passed, 1 failed", "aril: no"])
def test_output_that_imitates_an_end_is_only_output(line):
    status, output, errors = aril("run", "--bare", "--timeout", "60", "--", "echo", *line.split())
    expect(line in output.splitlines(), f"it did not print {line!r}: {output}")
    expect_equal((status, errors), (0, ""), "status and complaint")


# First processes that are a few instructions and try to end the machine by themselves.
BRANCH_TO_ITSELF = 0x14000000
HOSTILE = {
    # mov w0, #0x18 (SYS_EXIT); mov x1, #0x20026; hlt #0xf000
    "semihosting exit": (0x52800300, 0xD28004C1, 0xF2A00041, 0xD45E0000, BRANCH_TO_ITSELF),
    # mov w0, #0x84000008 (PSCI SYSTEM_OFF); hvc #0
    "power off by hvc": (0x52800100, 0x72B08000, 0xD4000002, BRANCH_TO_ITSELF),
    "power off by smc": (0x52800100, 0x72B08000, 0xD4000003, BRANCH_TO_ITSELF),
    "undefined instruction": (0x00000000, BRANCH_TO_ITSELF),
    # msr ttbr0_el1, x0
    "privileged register": (0xD5182000, BRANCH_TO_ITSELF),
    # mov x0, #0; ldr x1, [x0]
    "read of address zero": (0xD2800000, 0xF9400001, BRANCH_TO_ITSELF),
    # mov x0, #0xffff000000000000; ldr x1, [x0]
    "read of the kernel's half": (0xD2FFFFE0, 0xF9400001, BRANCH_TO_ITSELF),
    # adr x0, .; str x0, [x0]
    "write to its own code": (0x10000000, 0xF9000000, BRANCH_TO_ITSELF),
    # mov x0, #0xffff000000000000; br x0
    "jump into the kernel's half": (0xD2FFFFE0, 0xD61F0000, BRANCH_TO_ITSELF),
    # mov x0, #1; mov sp, x0; ldr x1, [sp]
    "misaligned stack": (0xD2800020, 0x9100001F, 0xF94003E1, BRANCH_TO_ITSELF),
    # brk #0
    "breakpoint": (0xD4200000, BRANCH_TO_ITSELF),
    # wfi; b back to it: a program may not put the CPU to sleep
    "wait for interrupt": (0xD503207F, 0x17FFFFFF),
}


@cases(HOSTILE)
def test_a_first_process_that_faults_ends_the_machine_with_a_report(words):
    result = boot(packed(root=tiny_program(*words)), timeout=10)
    expect_end(result, FAULT_STATUS)
    expect("fault" in result.text, f"no report\n{shown(result)}")


def test_a_first_process_that_never_ends_is_given_up():
    result = boot(packed(root=tiny_program(BRANCH_TO_ITSELF)), timeout=3)
    expect_equal(result.ending.kind, "timeout", shown(result))


@cases(range(0, 65536, 4099))
def test_any_system_call_number_is_survived(immediate):
    # svc #n with whatever registers a first process starts with; then a fault, to see an end.
    result = boot(packed(root=tiny_program(0xD4000001 | immediate << 5, 0)), timeout=4)
    expect(result.ending.kind != "panic", shown(result))


def _start(*arguments):
    return subprocess.Popen([str(ROOT / "aril"), *arguments], cwd=ROOT, stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)


def _session_is_empty(session):
    """Whether no process of the session is left (proc(5): the sixth field of stat is it)."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            return False
    return True


@cases({name: getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGKILL")})
def test_a_signal_ends_the_command_and_its_guest(number):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "loop.elf"
        root.write_bytes(tiny_program(BRANCH_TO_ITSELF))
        with _start("run", "--timeout", "60", "--root", str(root)) as process:
            process.stdout.readline()  # the guest is up: boot has printed something
            process.send_signal(number)
            _, errors = process.communicate(timeout=20)
    wanted = -number if number == signal.SIGKILL else 128 + number
    expect_equal(process.returncode, wanted, "the status")
    expect(b"Traceback" not in errors, errors.decode())
    deadline = time.monotonic() + 10
    while not _session_is_empty(process.pid):
        expect(time.monotonic() < deadline, "a process was left behind")
        time.sleep(0.1)


def test_a_reader_that_goes_away_is_no_error():
    done = subprocess.run(["sh", "-c", "./aril run --bare --timeout 60 | head -c 1"], cwd=ROOT,
                          stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=90)
    expect_equal((done.returncode, done.stderr), (0, b""), "status of head, and complaints")


def test_a_tiny_program_is_an_elf_file_with_one_page_of_code():
    # Otherwise the tests with hostile programs would only show how boot refuses them.
    made = elf.Elf(tiny_program(BRANCH_TO_ITSELF))
    expect_equal([load.flags for load in made.loads()], [elf.SEGMENT_READ | elf.SEGMENT_EXECUTE],
                 "the segments")


def test_the_guest_can_be_read_from_a_pipe_and_written_to_one():
    status, output, errors = aril("run", "--bare", "--timeout", "60")
    expect_equal(status, 0, f"the status\n{errors}")
    expect("memory: " in output, output)
