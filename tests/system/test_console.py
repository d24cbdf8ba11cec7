# SPDX-License-Identifier: MIT
"""The console, from the other end of its devices: a pseudo-terminal and a virtio port."""

import random
import re

from aril.checks import cases, expect, expect_equal
from aril.project import MODES, MORTAL_CONSOLE
from terminal import checksum, session

MEGABYTE = 1 << 20


def _line_of_text(number):
    return f"{number:06} all work and no play makes jack a dull boy\n".encode()


def _text(size):
    lines, length = [], 0
    while length < size:
        lines.append(_line_of_text(len(lines)))
        length += len(lines[-1])
    return b"".join(lines)


@cases(MODES)
def test_what_is_pasted_is_echoed_and_arrives_whole(mode):
    text = _text(MEGABYTE if mode == "release" else MEGABYTE // 8)
    with session("count", mode=mode, port=False) as guest:
        guest.expect(rb"ready\r\n")
        guest.type(text + b"\x04", timeout=240)
        echoed, match = guest.expect(rb"bytes (\d+) sum (\w+)\r\n", timeout=240)
        expect_equal(int(match[1]), len(text), "bytes that arrived")
        expect_equal(match[2].decode(), checksum(text), "the sum of what arrived")
        expect(echoed == text.replace(b"\n", b"\r\n"),
               f"the echo has {len(echoed)} bytes and is another")
        expect_equal(guest.end(), 0, "the status")


@cases(MODES)
def test_what_is_printed_comes_out_whole(mode):
    with session("print", MEGABYTE, mode=mode, port=False) as guest:
        expect_equal(guest.end(timeout=240), 0, "the status")
        lines = guest.seen.split(b"\r\n")
    size = sum(map(len, lines)) + len(lines) - 1
    expect_equal(size, MEGABYTE, "bytes that came out")
    state, printed = 1, bytearray()
    while len(printed) < MEGABYTE:
        for i in range(min(4000, MEGABYTE - len(printed))):
            state = (state * 6364136223846793005 + 1442695040888963407) & (1 << 64) - 1
            printed.append(10 if i % 100 == 99 else 48 + (state >> 56 & 63))
    expect(bytes(printed) == b"\n".join(lines), "other bytes came out")


@cases({
    "backspace": (b"abx\x7fc\n", b"abc"),
    "backspace over a letter of two bytes": ("a\u00e9\x7fb\n".encode(), b"ab"),
    "Ctrl-W": (b"one two  \x17three\n", b"one three"),
    "Ctrl-U": (b"nonsense\x15sense\n", b"sense"),
    "nothing to erase": (b"\x7f\x15\x17x\n", b"x"),
    "carriage return": (b"line\r", b"line"),
})
def test_a_line_is_edited(case):
    typed, wanted = case
    with session("copy", port=False) as guest:
        guest.expect(rb"ready\r\n")
        guest.type(typed)
        guest.expect(b"<" + re.escape(wanted) + rb">\r\n")
        guest.type(b"\x04")
        guest.expect(rb"end\r\n")
        expect_equal(guest.end(), 0, "the status")


def test_end_of_file_ends_a_line_first():
    with session("copy", port=False) as guest:
        guest.expect(rb"ready\r\n")
        guest.type(b"abc\x04")
        guest.expect(rb"<ab>\r\n")
        guest.type(b"\x04")
        guest.expect(rb"end\r\n")
        expect_equal(guest.end(), 0, "the status")


def test_an_interrupt_is_signalled_and_ends_a_read():
    with session("interrupt", port=False) as guest:
        guest.expect(rb"ready\r\n")
        guest.type(b"half a line\x03")
        guest.expect(rb"\^C\r\ninterrupted\r\n")
        guest.type_until(b"\x03", rb"cancelled\r\n")
        expect_equal(guest.end(), 0, "the status")


def test_writes_of_many_are_never_mixed():
    with session("writers", 40, port=False) as guest:
        expect_equal(guest.end(), 0, "the status")
        lines = guest.seen.decode().split("\r\n")
    wanted = [f"line of {i}: " + chr(97 + i % 26) * (40 + i % 7 * 20) + " ends"
              for i in range(40) for _ in range(50)]
    expect(sorted(filter(None, lines)) == sorted(wanted), "there are other lines")


def test_readers_that_are_killed_leave_nothing_behind():
    with session("readers", 40, port=False) as guest:
        guest.expect(rb"ready\r\n")
        guest.type(b"for the living\n")
        guest.expect(rb"got for the living\r\n")
        expect_equal(guest.end(), 0, "the status")


@cases(MODES)
def test_requests_that_make_no_sense_are_refused(mode):
    with session("errors", mode=mode, port=False) as guest:
        guest.expect(rb"all errors are right\r\n")
        expect_equal(guest.end(), 0, "the status")


def test_the_window_is_asked_for():
    with session("window", port=False) as guest:
        guest.expect(rb"\x1b7\x1b\[999;999H\x1b\[6n\x1b8")
        guest.type(b"typed \x1b\x1b[24;80Rahead\n")
        guest.expect(rb"window 80 x 24\r\n")
        # A second time nobody answers. What looks like the beginning of an answer is typed.
        guest.type(b"\x1b[A\n\x04")
        guest.expect(rb"window: this would have to wait\r\n")
        guest.expect(rb"<typed \x1bahead>\r\n<\x1b\[A>\r\n")
        guest.expect(rb"end\r\n")
        expect_equal(guest.end(), 0, "the status")


@cases({"an answer": (b"\x1b[30;100R", b"100 x 30"), "none": (b"", b"0 x 0")})
def test_the_window_is_asked_for_while_nobody_waits(case):
    answer, size = case
    with session("window_later", port=False) as guest:
        guest.expect(rb"\x1b\[6n\x1b8")
        guest.type(b"ty" + answer + b"ped\n")
        guest.expect(b"got typed, window " + size + rb"\r\n")
        expect_equal(guest.end(), 0, "the status")


def test_what_is_typed_ahead_outlives_a_change_of_mode():
    with session("ahead", port=False) as guest:
        guest.expect(rb"type\r\n")
        guest.type(b"onx\x7fe\r")
        guest.expect(rb"line one\r\n")
        guest.type(b"two")
        guest.expect(rb"rest two\r\n")
        expect_equal(guest.end(), 0, "the status")


def test_a_console_that_crashes_starts_again():
    with session("survive", console=MORTAL_CONSOLE, port=False) as guest:
        for life in range(3):
            guest.expect(f"life {life}\r\n".encode())
            guest.expect(rb"procmgr: console: it crashed: .*?\n")
            guest.expect(rb"procmgr: console: starts again in \d+ ms\r?\n")
        guest.expect(rb"life 3\r\n")
        guest.type(b"still there\n")
        guest.expect(rb"got still there\r\n")
        guest.expect(rb"procmgr: console: given up\r?\n")
        expect_equal(guest.end(), 0, "the status")


@cases({"release": ("release", False), "debug": ("debug", False),
        "counted instructions": ("release", True)})
def test_a_port_carries_any_bytes_exactly(case):
    mode, icount = case
    size = 10 * MEGABYTE if mode == "release" else MEGABYTE
    data = random.Random(1).randbytes(size)
    with session("port", size, mode=mode, icount=icount) as guest:
        guest.send(data, timeout=240)
        _, match = guest.expect(rb"sum (\w+)\r\n", timeout=240)
        expect_equal(match[1].decode(), checksum(data), "the sum of what arrived")
        received = guest.receive(size, timeout=240)
        expect_equal(guest.end(), 0, "the status")
    state, wanted = 1, bytearray()
    for _ in range(size):
        state = (state * 6364136223846793005 + 1442695040888963407) & (1 << 64) - 1
        wanted.append(state >> 56)
    expect(received == bytes(wanted), f"other bytes came, {len(received)} of {size}")


def test_a_port_hangs_up():
    with session("hang_up") as guest:
        guest.expect(rb"ready\r\n")
        guest.send(b"last words")
        guest.hang_up()
        guest.expect(rb"hung up after last words\r\n")
        expect_equal(guest.end(), 0, "the status")
