# SPDX-License-Identifier: MIT
"""`./aril run` in a terminal: it is handed through, and put back whatever happens."""

import re
import signal
import subprocess

from aril.checks import alone, cases, expect, expect_equal
from person import person
from screen import Screen

CONTROL_A = b"\x01"
PROMPT = r"\$ "


@alone
def test_a_person_types_sees_and_leaves():
    with person("run") as me:
        me.wait_for(PROMPT)
        me.type("hello one\n")
        me.wait_for("argument 1: one\n.*" + PROMPT)
        me.type("exit 3\n")
        expect_equal(me.end(), 3, "the status")


@alone
def test_the_end_of_input_ends_the_shell():
    with person("run") as me:
        me.wait_for(PROMPT)
        me.type(b"\x04")
        expect_equal(me.end(), 0, "the status")


@alone
def test_a_command_has_the_terminal_too():
    with person("run", "-c", "hello one") as me:
        me.wait_for("argument 0: hello\nargument 1: one\n")
        me.end()


@alone
@cases({"a command": "echo go; sleep 100; echo no", "a loop": "echo go; while :; do :; done",
        "a part": "echo go; sleep 100 | cat; echo no",
        "another shell": "echo go; shell -c 'sleep 9'"})
def test_control_c_ends_a_command(line):
    with person("run", "-c", f"trap 'echo over $?' EXIT; {line}") as me:
        me.wait_for("go\n")
        me.wait_for_quiet(0.3)
        me.type("\x03")
        me.wait_for("over 130\n")
        expect_equal(me.end(), 130, "the status")


@alone
@cases({"a guest": ["--bare", "--", "spin"], "a shell": []})
def test_control_a_x_leaves(arguments):
    with person("run", *arguments) as me:
        me.wait_for("boot: " if arguments else PROMPT)
        me.type(CONTROL_A + b"x")
        expect_equal(me.end(), 126, "the status")
        expect("went off" in me.seen, f"it is not said: {me.seen}")


@alone
def test_control_a_reaches_the_guest():
    with person("run") as me:
        me.wait_for(PROMPT)
        me.type(b"cat\n")
        me.wait_for("\n")  # the line is taken; an editor writes its letters in some order
        me.type(b"x" + CONTROL_A + b"y\n\x04")
        me.wait_for("x.*y\nx\x01y\n.*" + PROMPT)
        me.type("exit\n")
        expect_equal(me.end(), 0, "the status")


@alone
def test_a_timeout_puts_the_terminal_back():
    with person("run", "--timeout", "4", "--bare", "--", "spin") as me:
        me.wait_for("did not end within 4 s")
        expect_equal(me.end(), 124, "the status")


def _children_of(process):
    text = subprocess.run(["ps", "-o", "pid=,comm=", "--ppid", str(process.pid)], check=True,
                          capture_output=True, text=True).stdout
    return {name: int(pid) for pid, name in re.findall(r"(\d+) (\S+)", text)}


@alone
def test_the_terminal_is_put_back_when_qemu_is_killed():
    with person("run") as me:
        me.wait_for(PROMPT)
        for name, pid in _children_of(me.process).items():
            if name.startswith("qemu"):
                subprocess.run(["kill", "-9", str(pid)], check=True)
        expect_equal(me.end(), 126, "the status")


@alone
def test_the_terminal_is_put_back_when_aril_is_ended():
    with person("run") as me:
        me.wait_for(PROMPT)
        me.process.send_signal(signal.SIGTERM)
        expect_equal(me.end(), 128 + signal.SIGTERM, "the status")


@cases({
    "text": (b"one\r\ntwo", "one\ntwo", (1, 3)),
    "overwriting": (b"abc\rx", "xbc", (0, 1)),
    "a full line wraps late": (b"0123456789" + b"\r\nx", "0123456789\nx", (1, 1)),
    "and then it wraps": (b"0123456789x", "0123456789\nx", (1, 1)),
    "scrolling": (b"1\r\n2\r\n3\r\n4", "2\n3\n4", (2, 1)),
    "erasing a line": (b"abcdef\x1b[3D\x1b[K", "abc", (0, 3)),
    "erasing all": (b"abc\r\ndef\x1b[2J\x1b[H!", "!", (0, 1)),
    "inserting": (b"abc\x1b[2D\x1b[1@x", "axbc", (0, 2)),
    "deleting": (b"abcd\x1b[3D\x1b[2P", "ad", (0, 1)),
    "letters of two bytes": ("\u00e9\u4e16x".encode(), "\u00e9\u4e16x", (0, 4)),
})
def test_the_screen_shows_what_a_terminal_would(case):
    data, text, cursor = case
    screen = Screen(10, 3)
    for i in range(len(data)):
        screen.feed(data[i : i + 1])
    expect_equal((screen.text(), (screen.row, screen.column)), (text, cursor), "the screen")


def test_the_screen_tells_where_its_cursor_is():
    answer = Screen(80, 24).feed(b"\x1b7\x1b[999;999H\x1b[6n\x1b8")
    expect_equal(answer, b"\x1b[24;80R", "the answer")
