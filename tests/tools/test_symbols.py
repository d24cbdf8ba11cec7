# SPDX-License-Identifier: MIT
"""Names behind the kernel's addresses, and nothing else changed."""

import random

from aril.checks import cases, expect, expect_equal
from aril.project import BUILD
from aril.symbols import LONGEST_LINE, Stream, Symbols, closing_lines, describe, short_name

TEXT = 0xFFFFFFFF80001000


class Fake(Symbols):
    """Knows one page of code, and counts how often it is asked."""

    def __init__(self, questions=100):
        super().__init__(BUILD / "no such kernel", questions)
        self._ranges = [(TEXT, TEXT + 0x1000)]
        self.asked = 0

    def _ask(self, address, offset):
        self.asked += 1
        return f"f+{address - offset - TEXT:x}"


def _streamed(*pieces):
    stream = Stream(Fake())
    return b"".join([*map(stream.feed, pieces), stream.close()])


LINE = b"kernel:   called from 0xffffffff80001234\r\n"
NOTED = b"kernel:   called from 0xffffffff80001234  [f+230]\r\n"


def test_a_line_of_the_kernel_gets_a_note_before_its_end():
    expect_equal(_streamed(LINE), NOTED, "the output")
    expect_equal(_streamed(b"kernel:   at 0xffffffff80001234\n"),
                 b"kernel:   at 0xffffffff80001234  [f+234]\n", "the output")


def test_pieces_of_any_size_make_the_same_output():
    whole = b"abc\r\n" + LINE + b"\n> " + LINE + LINE + b"kernel: x\r" + b"50%\r100%\r\nend"
    wanted = _streamed(whole)
    chance = random.Random(1)
    for _ in range(200):
        cuts = sorted(chance.choices(range(len(whole) + 1), k=chance.randrange(12)))
        pieces = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)])]
        expect_equal(_streamed(*pieces), wanted, f"the output of {pieces}")


def test_what_comes_is_not_held_back():
    # A prompt has no line end, and what is typed is seen letter by letter.
    stream = Stream(Fake())
    for piece in (b"k", b"e", b"kernel: 0xffffffff80001234", b"> ", b"50%\r"):
        expect_equal(stream.feed(piece), piece, "the output")


@cases({
    "another's line": b"root: called from 0xffffffff80001234\n",
    "an indented one": b" kernel: called from 0xffffffff80001234\n",
    "a prompt before it": b"> kernel: called from 0xffffffff80001234\n",
    "an address of data": b"kernel: at 0xffffffff80002000\n",
    "an address of a program": b"kernel: at 0x400150\n",
    "a longer number": b"kernel: at 0xffffffff800012340\n",
    "no number": b"kernel: at 0xfffffffg80001234\n", "no address": b"kernel: panic: no\n",
    "a long line": b"kernel: " + b"0xffffffff80001234 " * (LONGEST_LINE // 19 + 1) + b"\n",
    "bytes that are no text": b"kernel\xff: 0xffffffff80001234\n\x00\x80\r\r\n",
    "other line ends": b"a\x0bb\x0cc\x1cd\x85e\n", "nothing": b"",
})
def test_other_output_stays_as_it_is(output):
    expect_equal(_streamed(output), output, "the output")


def test_a_guest_cannot_keep_the_host_busy():
    fake = Fake(questions=3)
    stream = Stream(fake)
    lines = [b"kernel: at 0x%x\n" % (TEXT + 4 * i) for i in range(10)]
    out = b"".join(map(stream.feed, lines + lines))
    expect_equal((fake.asked, out.count(b"[f+")), (3, 6), "questions and notes")


def test_nothing_is_known_without_a_kernel():
    symbols = Symbols(BUILD / "no such kernel")
    expect_equal(symbols.annotated(LINE.decode()), LINE.decode(), "the line")


def test_an_answer_names_the_function_and_what_it_is_inlined_in():
    def frame(name, line, start="0xffffffff80001000"):
        return {"FunctionName": name, "FileName": "./../../kernel/a.cpp", "Line": line,
                "StartAddress": start}

    one = [{"Symbol": [frame("kernel::panic(char const*)", 7)]}]
    expect_equal(describe(one, TEXT + 16), "kernel::panic+0x10 kernel/a.cpp:7", "the note")
    two = [{"Symbol": [frame("kernel::(anonymous namespace)::inner(int)", 3),
                       frame("outer", 9)]}]
    expect_equal(describe(two, TEXT + 16), "kernel::inner kernel/a.cpp:3, in outer+0x10", "a note")
    expect_equal(describe([{"Symbol": [frame("", 0, "")]}], TEXT), "", "the note")


@cases({
    "plain": ("fast_call", "fast_call"), "mangled": ("_ZN1a1bE", "_ZN1a1bE"),
    "member": ("kernel::Slot::clear()", "kernel::Slot::clear"),
    "template": ("void kernel::invoke<a::B<C>, d(E&)::$_0>(kernel::F&)", "kernel::invoke"),
    "nameless namespace": ("kernel::(anonymous namespace)::end(Object&)", "kernel::end"),
})
def test_names_are_short(names):
    expect_equal(short_name(names[0]), names[1], "the name")


def test_the_report_of_a_panic_is_shown_whole():
    report = [b"kernel: panic: no"] + [b"kernel:   x0 0x%x" % i for i in range(30)]
    output = b"\r\n".join([b"before %d" % i for i in range(40)] + report)
    lines = closing_lines(output, True, Fake())
    expect(lines[-31] == "kernel: panic: no" and lines[-1] == "kernel:   x0 0x1d", f"{lines}")
    expect(len(closing_lines(output, False, Fake())) == 20, "the usual number of lines")
