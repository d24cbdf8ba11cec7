# SPDX-License-Identifier: MIT
"""`./aril run -c CMD` and `--add`: one command under procmgr, as a person starts it."""

import shutil
import tempfile
from pathlib import Path

import archive
from aril import build, command, processes
from aril.checks import cases, expect, expect_equal
from aril.project import PROCESS_TESTS, PROGRAMS, ROOT
from support import MODE, aril, artefact

TEST_PROGRAM = "bin/process_tests"


def _run(text, *options, timeout=60):
    status, output, errors = aril("run", "--timeout", str(timeout), *options, "-c", text)
    return status, command.said(output.splitlines()), errors


def _with_test_program():
    """Built here: `./aril run` builds programs, and this is none of them."""
    build.build(MODE, [PROCESS_TESTS])
    return "--add", f"{artefact(PROCESS_TESTS)}:/{TEST_PROGRAM}"


def test_the_output_is_the_commands_and_nothing_else():
    status, lines, errors = _run("hello 7 you")
    expect_equal((status, errors), (7, ""), "status and complaints")
    expect_equal(lines, ["argument 0: hello", "argument 1: 7", "argument 2: you"], "the output")


def test_the_output_is_exact():
    status, output, errors = processes.finished(
        [str(ROOT / "aril"), "run", "--timeout", "60", "-c", "hello 7 'a  b'"], 120, cwd=ROOT)
    expect_equal((status, output, errors),
                 (7, "argument 0: hello\nargument 1: 7\nargument 2: a  b\n", ""), "all of it")


def test_verbose_shows_the_start_as_well():
    status, lines, errors = _run("hello 7", "--verbose")
    expect_equal(status, 7, f"the status\n{errors}")
    expect(any(line.startswith("boot: ") for line in lines), f"no line of boot in {lines}")


@cases({
    "blanks": ("  hello \t 'a  b' ''  ", ["a  b", ""]),
    "the other quotes": ("hello 'say \"so\"' \"it's\"", ['say "so"', "it's"]),
    "dashes": ("hello -- -c --file", ["--", "-c", "--file"]),
    "keys of boot": ("hello root=x log=debug", ["root=x", "log=debug"]),
    "letters": ("hello \u00e9\u4e16 $HOME \\n *", ["\u00e9\u4e16", "$HOME", "\\n", "*"]),
    "many": ("hello " + "word " * 500, ["word"] * 500),
})
def test_a_command_arrives_unchanged(case):
    text, words = case
    _, lines, errors = _run(text)
    expect_equal(lines[1:], [f"argument {i}: {word}" for i, word in enumerate(words, start=1)],
                 f"the arguments\n{errors}")


@cases({
    "success": ("hello", 0), "the program's": ("hello 255", 255), "only a byte": ("hello 256", 0),
    "not found": ("nothing", 127), "no program": ("/etc/command", 126), "nothing": ("", 2),
    "a runner's": ("run hello 3", 3), "a quote that is open": ("hello 'a", 2),
    "too many words": ("x " * 513, 2), "too long": ("x" * 8192, 2),
})
def test_the_status_is_the_runners(case):
    text, wanted = case
    status, lines, errors = _run(text)
    expect_equal((status, errors), (wanted, ""), f"status and complaints\n{lines}")
    expect(wanted not in (2, 126, 127) or any(line.startswith("run: ") for line in lines),
           f"no reason in {lines}")


def test_a_crash_is_139():
    status, lines, _ = _run(f"{TEST_PROGRAM} fault", *_with_test_program())
    expect_equal(status, 139, f"the status\n{lines}")
    expect(any("page fault" in line for line in lines), f"no reason in {lines}")


def test_a_command_without_end_is_given_up():
    status, lines, errors = _run(f"{TEST_PROGRAM} spin", *_with_test_program(), timeout=3)
    expect_equal(status, 124, f"the status\n{lines}")
    expect("did not end within 3 s" in errors, errors)


def test_all_programs_of_the_tree_are_there():
    with tempfile.TemporaryDirectory() as folder:
        status, _, errors = aril("image", "-o", folder, "-c", "hello")
        expect_equal(status, 0, f"the status\n{errors}")
        entries = archive.list_entries((Path(folder) / "aril.cpio").read_bytes())
    names = {entry.name for entry in entries}
    expect(names >= {"bin/init", *PROGRAMS}, f"the archive has {sorted(names)}")


def test_files_and_trees_are_added():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "tree" / "deep").mkdir(parents=True)
        shutil.copy(artefact(PROGRAMS["bin/hello"]), folder / "tree" / "deep" / "program")
        (folder / "tree" / "link").symlink_to("deep/program")
        (folder / "text").write_text("no program")
        added = ("--add", str(folder / "tree"), "--add", f"{folder / 'text'}:/etc/a/text")
        for text, wanted in {"/tree/deep/program 5": 5, "tree/link 6": 6, "/etc/a/text": 126,
                             "/text": 127}.items():
            status, lines, errors = _run(text, *added)
            expect_equal((status, errors), (wanted, ""), f"the end of {text}\n{lines}")


def test_files_are_added_without_a_command_too():
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "text").write_text("hello")
        status, _, errors = aril("image", "-o", f"{folder}/image", "--add", f"{folder}/text:/a/b")
        expect_equal(status, 0, f"the status\n{errors}")
        entries = archive.list_entries((Path(folder) / "image" / "aril.cpio").read_bytes())
    expect_equal([(entry.name, entry.data) for entry in entries][2:], [("a/b", b"hello")],
                 "what was added")


@cases({
    "no command": ["-c"], "another first process": ["-c", "hello", "--root", __file__],
    "arguments": ["-c", "hello", "--", "x"], "no file": ["-c", "hello", "--add", "/nonexistent"],
    "a way up": ["-c", "hello", "--add", f"{__file__}:/../x"],
    "a name that is taken": ["-c", "hello", "--add", f"{__file__}:/bin/hello"],
    "the command's own name": ["-c", "hello", "--add", f"{__file__}:/etc/command"],
    "the first process's name": ["--add", f"{__file__}:/root.elf"],
})
def test_what_cannot_be_is_one_line_and_status_2(arguments):
    status, output, errors = aril("run", *arguments)
    expect_equal((status, output), (2, ""), f"status and output\n{errors}")
    expect_equal(len(errors.splitlines()), 1, f"lines of {errors!r}")
