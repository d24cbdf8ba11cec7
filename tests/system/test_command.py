# SPDX-License-Identifier: MIT
"""./aril itself: options, failures, and what `image` and `bench` write."""

import json
import re
import shlex
import subprocess
import tempfile
import time
from pathlib import Path

import archive
from aril import cli
from aril.checks import cases, expect, expect_equal
from aril.project import ROOT, Failure
from support import aril, copy_of_the_sources

WRONG = {
    "no command": [], "unknown command": ["explode"], "unknown option": ["run", "--foo"],
    "shortened option": ["run", "--mem", "1G"], "memory of zero": ["run", "--memory", "0"],
    "memory of no number": ["run", "--memory", "much"],
    "memory without a unit": ["run", "--memory", "1"],
    "no value": ["run", "--memory"], "no CPUs": ["run", "--cpus", "0"],
    "CPUs of no number": ["run", "--cpus", "two"], "negative timeout": ["run", "--timeout", "-1"],
    "timeout of no number": ["run", "--timeout", "soon"],
    "endless timeout": ["run", "--timeout", "inf"],
    "unknown mode": ["run", "--mode", "fast"], "port of no number": ["run", "--gdb", "here"],
    "port of too large a number": ["run", "--gdb", "65536"],
    "no root program": ["run", "--root", "/nonexistent.elf"], "stray word": ["run", "now"],
    "blank in an argument": ["run", "--bare", "--", "a b"],
    "empty argument": ["run", "--bare", "--", ""], "words for nobody": ["run", "--", "a"],
    "arguments for bench": ["bench", "--", "a"], "unknown level": ["test", "quick"],
    "unclosed quote": ["run", "--qemu-arg", "-name 'a"], "stray word for setup": ["setup", "all"],
}


@cases(WRONG)
def test_a_wrong_option_is_one_line_and_status_2(arguments):
    status, output, errors = aril(*arguments)
    expect_equal((status, output), (2, ""), f"status and output\n{errors}")
    expect_equal(len(errors.splitlines()), 1, f"lines of {errors!r}")
    expect(errors.startswith("aril: "), errors)


@cases([[], ["setup"], ["run"], ["test"], ["image"], ["bench"]])
def test_help_is_help(command):
    status, output, _ = aril(*command, "--help")
    expect(status == 0 and output.startswith("usage: aril"), output)


@cases({
    "split": ["--qemu-arg", "-cpu", "--qemu-arg", "max"], "joined": ["--qemu-arg=-cpu max"],
    "with blank": ["--qemu-arg", "-cpu max"], "with =": ["--qemu-arg=-cpu", "--qemu-arg=max"],
})
def test_arguments_for_qemu_may_begin_with_a_dash(arguments):
    options = cli.parse(["run", *arguments, "--bare", "--", "--memory"])
    expect_equal(options.machine_to_boot.qemu_args, ("-cpu", "max"), "QEMU's arguments")
    expect_equal(options.machine_to_boot.arguments, ("--memory",), "the guest's arguments")


def test_arguments_reach_the_root_program():
    status, output, _ = aril("run", "--bare", "--timeout", "60", "--", "echo", "one", "--two",
                             "three=3")
    expect("one --two three=3" in output.splitlines(), output)
    expect_equal(status, 0, "the status")


@cases({"an option": ["--qemu-arg", "-nonsense"], "a machine": ["--machine", "gic-version=9"],
        "too many CPUs": ["--cpus", "2000"], "too much memory": ["--memory", "9999999G"],
        "a CPU model": ["--cpu", "z80"]})
def test_what_qemu_refuses_is_said_in_one_line(arguments):
    status, _, errors = aril("run", "--timeout", "30", *arguments)
    expect_equal(status, 126, f"the status\n{errors}")
    expect(errors.splitlines()[-1].startswith("aril: QEMU failed: "), errors)


def test_setup_is_quick_when_nothing_is_missing():
    start = time.monotonic()
    status, output, errors = aril("setup")
    expect_equal((status, errors), (0, ""), "status and complaints")
    expect("everything is there" in output, output)
    expect(time.monotonic() - start < 5, "it took too long to do nothing")


def test_a_failed_configuration_is_one_line_after_its_reason():
    with tempfile.TemporaryDirectory() as folder:
        copy = copy_of_the_sources(Path(folder))
        (copy / "meson.build").write_text("project('broken', 'cpp')\nnonsense()\n")
        _expect_failed_build(copy, "nonsense")


def test_a_failed_build_is_one_line_after_its_reason():
    with tempfile.TemporaryDirectory() as folder:
        copy = copy_of_the_sources(Path(folder))
        with open(copy / "base" / "memory.cpp", "a") as file:
            file.write("int this_does_not_compile = ;\n")
        _expect_failed_build(copy, "this_does_not_compile")


def _expect_failed_build(copy, reason):
    status, _, errors = aril("run", project=copy)
    expect_equal(status, 125, f"the status\n{errors}")
    expect(reason in errors, f"the reason is not shown:\n{errors}")
    expect(re.fullmatch(r"aril: .*failed", errors.splitlines()[-1]), errors)


def test_image_writes_files_and_a_command_that_boots_them():
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "with, comma and blank"
        status, output, errors = aril("image", "-o", str(out), "--cpus", "2", "--bare", "--",
                                      "exit", "7")
        expect_equal((status, errors), (0, ""), "status and complaints")
        expect_equal(sorted(map(Path, output.splitlines())), sorted(out.iterdir()), "the files")
        entries = archive.list_entries((out / "aril.cpio").read_bytes())
        expect_equal([entry.name for entry in entries], ["kernel.elf", "root.elf"], "the entries")
        done = subprocess.run(["sh", "-c", (out / "qemu-command").read_text()], cwd="/",
                              stdin=subprocess.DEVNULL, capture_output=True, check=False,
                              timeout=60)
    expect_equal(done.returncode, 7, f"the status\n{done.stdout}\n{done.stderr}")


@cases({"input": "<&-", "output": ">&-", "all": "<&- >&- 2>&-"})
def test_closed_standard_streams_do_no_harm(redirection):
    done = subprocess.run(["sh", "-c", f"./aril run --bare --timeout 60 -- exit 5 {redirection}"],
                          cwd=ROOT, capture_output=True, check=False, timeout=90)
    expect_equal((done.returncode, done.stderr), (5, b""), "status and complaints")


def _bench(*arguments):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.json"
        status, output, errors = aril("bench", "--json", str(file), *arguments, timeout=300)
        expect_equal(status, 0, f"the status\n{errors}")
        rows = json.loads(file.read_text())["rows"]
    for row in rows:
        expect_equal(sorted(row), ["anchors", "name", "unit", "value"], f"the fields of {row}")
        expect(row["name"] in output, f"{row['name']} is not in the table\n{output}")
    return {row["name"]: row for row in rows}


def test_bench_measures_boot_messages_and_size_independent_of_memory():
    small, large = _bench("--memory", "256M"), _bench("--memory", "8G")
    for name in ("boot.root", "ipc.round_trip.w0", "ipc.round_trip.w120", "size.kernel_text",
                 "size.kernel_lines", "spawn.tiny", "spawn.1m", "spawn.1m_touched"):
        expect(name in small, f"there is no row {name}: {', '.join(small)}")
        expect(small[name]["value"] > 0, f"{name} is {small[name]['value']}")
        expect(small[name]["anchors"], f"{name} has no anchor")
    expect(small["size.procmgr_lines"]["value"] > 0, "procmgr has no lines")
    seconds = {name: row["value"] for name, row in small.items() if name.startswith("ipc.")}
    expect_equal({name: large[name]["value"] for name in seconds}, seconds, "messages with 8 GiB")
    boots = small["boot.root"]["value"], large["boot.root"]["value"]
    # The aim that the project set itself, and that boot's cost does not grow with memory.
    expect(max(boots) <= 4_200_000, f"boot takes {boots} instructions")
    expect(abs(boots[0] - boots[1]) <= max(boots) / 100, f"boot takes {boots} instructions")
    expect(small["boot.prompt"]["value"] <= 20_000_000, f"the prompt: {small['boot.prompt']}")


def _commands_of_the_readme():
    readme = ROOT / "README.md"
    expect(readme.is_file(), "there is no README.md")
    fences = re.findall(r"^```[a-z]*\n(.*?)^```", readme.read_text(), re.MULTILINE | re.DOTALL)
    return [line.strip() for fence in fences for line in fence.splitlines()
            if line.strip().startswith("./aril ")]


def test_the_commands_of_the_readme_exist():
    commands = _commands_of_the_readme()
    expect(commands, "the README shows no command")
    for command in commands:
        words = shlex.split(command, comments=True)[1:]
        try:
            cli.parse(words)
        except Failure as failure:
            expect(False, f"{command}: {failure.sentence}")
