# SPDX-License-Identifier: MIT
"""`./aril run` without a terminal: lines of the shell, scripts, streams byte for byte, statuses."""

import random
import re
import subprocess
import tempfile
import time
from pathlib import Path

import archive
from aril import build
from aril.checks import cases, expect, expect_equal
from aril.project import PROCESS_TESTS, PROGRAMS, ROOT
from support import MODE, aril, artefact

TEST_PROGRAM = "bin/process_tests"
MEGABYTE = 1 << 20


def _hello(*arguments):
    """What hello prints. It is told where programs are, and where home is, by init."""
    lines = [f"argument {i}: {word}\n" for i, word in enumerate(("hello", *arguments))]
    return "".join([*lines, "environment 0: PATH=/bin\n", "environment 1: HOME=/\n"]).encode()


def _aril(*arguments, **options):
    """Runs ./aril with bytes for its streams."""
    done = subprocess.run([str(ROOT / "aril"), *map(str, arguments)], cwd=ROOT, check=False,
                          timeout=240, **{"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE,
                                          "stderr": subprocess.PIPE, **options})
    return done.returncode, done.stdout, done.stderr


def _run(line, *options, timeout=60, data=None):
    given = {} if data is None else {"input": data, "stdin": None}
    return _aril("run", "--timeout", timeout, *options, "-c", line, **given)


def _with_test_program():
    """Built here: `./aril run` builds programs, and this is none of them."""
    build.build(MODE, [PROCESS_TESTS])
    return "--add", f"{artefact(PROCESS_TESTS)}:/{TEST_PROGRAM}"


def test_the_output_is_the_commands_and_nothing_else():
    expect_equal(_run("hello 7 'a  b'"), (7, _hello("7", "a  b"), b""), "all of it")


def test_the_error_stream_is_our_error_stream():
    status, output, errors = _run("nothing-of-that-name")
    expect_equal((status, output), (127, b""), "status and output")
    expect(b"nothing-of-that-name" in errors, f"no reason: {errors}")


def test_verbose_shows_the_start_on_the_error_stream():
    status, output, errors = _run("hello 7", "--verbose")
    expect_equal((status, output), (7, _hello("7")), "the command's")
    expect(re.search(rb"^boot: ", errors, re.MULTILINE), f"no line of boot in {errors}")


@cases({
    "blanks": ("  hello \t 'a  b' ''  ", ["a  b", ""]),
    "the other quotes": ("hello 'say \"so\"' \"it's\"", ["say \"so\"", "it's"]),
    "dashes": ("hello -- -c --file", ["--", "-c", "--file"]),
    "keys of boot": ("hello root=x log=debug", ["root=x", "log=debug"]),
    "letters": ("hello \u00e9\u4e16 '$HOME'", ["\u00e9\u4e16", "$HOME"]),
    "many": ("hello " + "word " * 500, ["word"] * 500),
})
def test_a_line_arrives_unchanged(case):
    line, words = case
    _, output, errors = _run(line)
    expect_equal(output, _hello(*words), f"the output\n{errors}")


@cases({
    "success": ("hello", 0), "the program's": ("hello 255", 255), "only a byte": ("hello 256", 0),
    "two lines": ("hello 1\nhello 2", 2), "not found": ("nothing", 127),
    "no program": ("/etc/manifest", 126), "nothing": ("", 0),
    "the last one's": ("hello 3; hello 4", 4), "a quote that is open": ("hello 'a", 2),
})
def test_the_status_is_the_lines(case):
    line, wanted = case
    status, output, errors = _run(line)
    expect_equal(status, wanted, f"the status\n{output}\n{errors}")
    expect(errors == b"" or wanted in (2, 126, 127), f"complaints: {errors}")


def test_a_long_line_arrives():
    found = _run("x='" + "x" * 60_000 + "'; hello ${#x}; hello 3")
    expect_equal(found, (3, _hello("60000") + _hello("3"), b""), "all of it")


@cases({
    "one line and the rest": ("read x; echo \"[$x]\"; cat", b"[a]\nb\nc d\n"),
    "each line": ("while read -r x; do echo \"[$x]\"; done", b"[a]\n[b]\n[c d]\n"),
    "another shell's": ("shell -c 'read x; echo $x'; head -n 1", b"a\nb\n"),
})
def test_a_line_of_the_input_is_read_and_no_more(case):
    line, wanted = case
    expect_equal(_run(line, data=b"a\nb\nc d\n"), (0, wanted, b""), "all of it")


@cases(["echo x", "pwd", "set", "help"])
def test_a_command_of_the_shell_says_that_nothing_could_be_written(command):
    status, output, errors = _run(f"{command} >/dev/full")
    expect_equal((status, output), (1, b""), "status and output")
    expect(b"room" in errors, f"no reason in {errors}")


def test_a_crash_is_139_and_is_told():
    status, _, errors = _run(f"{TEST_PROGRAM} fault", *_with_test_program())
    expect_equal(status, 139, f"the status\n{errors}")
    expect(b"0x10" in errors, f"no reason in {errors}")


def test_a_command_without_end_is_given_up():
    status, _, errors = _run(f"{TEST_PROGRAM} spin", *_with_test_program(), timeout=4)
    expect_equal(status, 124, f"the status\n{errors}")
    expect(b"did not end within 4 s" in errors, errors)


def test_input_comes_out_again_byte_for_byte():
    data = random.Random(1).randbytes(10 * MEGABYTE)
    status, output, errors = _run("cat", data=data, timeout=120)
    expect_equal((status, errors), (0, b""), "status and complaints")
    expect(output == data, f"{len(output)} bytes came, which are others")


@cases({"nothing": b"", "a byte": b"x", "no line": b"\x00\x03\x04\x1a\xff"})
def test_short_input_ends(data):
    expect_equal(_run("cat", data=data), (0, data, b""), "all of it")


def test_a_large_file_comes_out_byte_for_byte():
    with tempfile.TemporaryDirectory() as folder:
        data = random.Random(2).randbytes(10 * MEGABYTE)
        (Path(folder) / "file").write_bytes(data)
        status, output, errors = _run("cat /file", "--add", f"{folder}/file:/file", timeout=120)
    expect_equal((status, errors), (0, b""), "status and complaints")
    expect(output == data, f"{len(output)} bytes came, which are others")


def test_nothing_is_lost_when_the_reader_is_slow():
    with tempfile.TemporaryDirectory() as folder:
        data = random.Random(3).randbytes(MEGABYTE)
        (Path(folder) / "file").write_bytes(data)
        with subprocess.Popen([str(ROOT / "aril"), "run", "--timeout", "60", "--add",
                               f"{folder}/file:/file", "-c", "cat /file"], cwd=ROOT,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:
            time.sleep(2)
            found = b""
            while piece := process.stdout.read(64_000):
                found += piece
                time.sleep(0.02)
    expect(found == data, f"{len(found)} bytes came, which are others")
    expect_equal(process.returncode, 0, "the status")


def test_a_reader_that_stands_still_does_not_keep_the_timeout_from_coming():
    with subprocess.Popen([str(ROOT / "aril"), "run", "--timeout", "4", "-c", "yes"], cwd=ROOT,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as process:
        expect_equal(process.wait(60), 124, "the status")
        expect(b"did not end within 4 s" in process.stderr.read(), "it is not said")


def test_a_reader_that_goes_away_ends_all():
    done = subprocess.run(["sh", "-c", "./aril run --timeout 60 -c yes | head -n 1"], cwd=ROOT,
                          stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=90)
    expect_equal((done.returncode, done.stdout, done.stderr), (0, b"y\n", b""), "head's")


def test_a_shell_takes_its_lines_from_the_input():
    expect_equal(_aril("run", "--timeout", "60", input=b"hello 1\nhello 7 last\n", stdin=None),
                 (7, _hello("1") + _hello("7", "last"), b""), "all of it")


def test_a_script_has_arguments_and_a_status():
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "script with a blank"
        script.write_text("hello \"$1\" \"$2\"\nhello 9\n")
        found = _aril("run", "--timeout", "60", "--script", script, "--", "3 4", "-c")
    expect_equal(found, (9, _hello("3 4", "-c") + _hello("9"), b""), "all of it")


def test_all_programs_of_the_tree_are_there():
    with tempfile.TemporaryDirectory() as folder:
        status, _, errors = aril("image", "-o", folder, "-c", "hello")
        expect_equal(status, 0, f"the status\n{errors}")
        entries = archive.list_entries((Path(folder) / "aril.cpio").read_bytes())
    names = {entry.name for entry in entries}
    expect(names >= {"bin/shell", *PROGRAMS}, f"the archive has {sorted(names)}")


@cases({
    "no command": ["-c"], "another first process": ["-c", "hello", "--root", __file__],
    "the kernel alone": ["-c", "hello", "--bare"], "two commands": ["-c", "a", "--script", "b"],
    "arguments": ["-c", "hello", "--", "x"], "no file": ["-c", "hello", "--add", "/nonexistent"],
    "no script": ["--script", "/nonexistent"], "a folder as a script": ["--script", "/"],
    "a way up": ["-c", "hello", "--add", f"{__file__}:/../x"],
    "a name that is taken": ["-c", "hello", "--add", f"{__file__}:/bin/hello"],
    "the orders' own name": ["-c", "hello", "--add", f"{__file__}:/etc/orders"],
    "the first process's name": ["--add", f"{__file__}:/root.elf"],
    "nowhere to": ["-c", "hello", "--get", "/x"], "nothing to get": ["--get", ":x"],
    "no folder for it": ["-c", "hello", "--get", "/x:/nonexistent/x"],
    "files of the kernel": ["--bare", "--get", "/x:x"],
})
def test_what_cannot_be_is_one_line_and_status_2(arguments):
    status, output, errors = aril("run", *arguments)
    expect_equal((status, output), (2, ""), f"status and output\n{errors}")
    expect_equal(len(errors.splitlines()), 1, f"lines of {errors!r}")
