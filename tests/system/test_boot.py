# SPDX-License-Identifier: MIT
"""One image boots every variant of the machine, and reports of it what is true."""

import re

from aril.checks import cases, expect, expect_equal
from aril.machine import Machine
from aril.project import MODES
from support import boot, expect_end, packed, shown

MEMORY_LINE = re.compile(r"memory: (\d+) KiB total, (\d+) KiB free")
CPUS_LINE = re.compile(r"cpus: (\d+)")
CONTROLLERS = ("gic-version=2", "gic-version=3", "gic-version=max")
REPEATED_BOOTS = 20
# What image, kernel, archive and the first objects may take, whatever the size of the machine.
USED_AT_MOST_KIB = 8 << 10


def _kib(memory):
    return int(memory[:-1]) << {"M": 10, "G": 20}[memory[-1]]


def _one(lines, pattern, result):
    found = [match for match in map(pattern.fullmatch, lines) if match]
    expect(len(found) == 1, f"{len(found)} lines like {pattern.pattern!r}\n{shown(result)}")
    return [int(group) for group in found[0].groups()]


def expect_good_boot(machine, mode="release"):
    result = boot(packed(), machine, mode)
    expect_end(result, 0)
    total, free = _one(result.lines, MEMORY_LINE, result)
    expect_equal(total, _kib(machine.memory), "KiB of memory")
    expect(total - USED_AT_MOST_KIB <= free <= total,
           f"{free} KiB of {total} free\n{shown(result)}")
    expect_equal(_one(result.lines, CPUS_LINE, result), [machine.cpus], "CPUs")
    complaints = ("boot: error", "boot: warning", "kernel: panic")
    expect(not any(line.startswith(complaints) for line in result.lines), shown(result))


@cases(MODES)
def test_both_modes_boot(mode):
    expect_good_boot(Machine(), mode)


@cases(f"{controller}, {memory}" for controller in CONTROLLERS[:2]
       for memory in ("128M", "256M", "1G", "3G", "8G"))
def test_memory_is_what_the_machine_has(case):
    controller, memory = case.split(", ")
    expect_good_boot(Machine(memory=memory, machine=(controller,)))


@cases(["129M", "131M", "255M", "1025M", "3073M"])
def test_odd_sizes_of_memory_boot(memory):
    expect_good_boot(Machine(memory=memory))


@cases(f"{controller}, {count}" for controller in CONTROLLERS[:2] for count in range(1, 9))
def test_cpus_are_counted(case):
    controller, count = case.split(", ")
    expect_good_boot(Machine(cpus=int(count), machine=(controller,)))


def test_more_cpus_than_gicv2_has_boot_with_gicv3():
    expect_good_boot(Machine(cpus=32, machine=("gic-version=3",)))


@cases(["cortex-a53", "cortex-a57", "cortex-a72", "cortex-a76", "max"])
def test_each_cpu_model_boots(model):
    expect_good_boot(Machine(cpu=model))


@cases({name: tuple(name.split(",")) for name in (
    "virtualization=on", "virtualization=on,gic-version=3", "secure=on", "highmem=off",
    "gic-version=max", "highmem=off,gic-version=3", "its=off,gic-version=3", "mte=on",
    "virtualization=on,secure=on")})
def test_each_variant_of_the_board_boots(properties):
    model = "max" if "mte=on" in properties else Machine.cpu
    expect_good_boot(Machine(machine=properties, cpu=model))


def test_a_deterministic_boot_prints_the_same_twice():
    first, second = (boot(packed(), Machine(icount=True)) for _ in range(2))
    expect_end(first, 0)
    expect_equal(second.output, first.output, "the second output")


def test_known_keys_are_taken_without_a_warning():
    result = boot(packed(), Machine(append=("root=root.elf", "log=debug")))
    expect_end(result, 0)
    expect("boot: warning" not in result.text, shown(result))


def test_an_unknown_key_is_one_warning():
    result = boot(packed(), Machine(append=("colour=blue",)))
    expect_end(result, 0)
    warnings = [line for line in result.lines if line.startswith("boot: warning: ")]
    expect_equal(len(warnings), 1, "warnings\n" + shown(result))
    expect("colour" in warnings[0], f"the warning does not name the key: {warnings[0]!r}")


def test_a_quiet_boot_prints_no_line_of_boot_and_kernel():
    result = boot(packed(), Machine(append=("log=quiet",)))
    expect_end(result, 0)
    expect(not re.search(r"^(boot|kernel): ", result.text, re.MULTILINE), shown(result))


@cases(range(1, REPEATED_BOOTS + 1))
def test_repeated_boots_never_hang(number):
    expect_good_boot(Machine(machine=(CONTROLLERS[number % 2],), cpus=1 + number % 4))
