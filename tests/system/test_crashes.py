# SPDX-License-Identifier: MIT
"""What the reporter tells of programs that crash, and images that lie to it."""

import functools
import random
import re
import struct

import archive
from aril.checks import cases, expect, expect_equal
from aril.machine import Machine
from aril.project import CRASHER, CRASHER_PIE, MANIFEST, PROCMGR, PROGRAMS
from support import artefact, boot, packed, shown

FRAME = re.compile(r" *#(\d+)  0x[0-9a-f]{10}  (.+?)(  \(\d+ times\))?")


def _run(*words, extra=()):
    """Runs a command beside a console and a reporter, as `./aril run -c` does."""
    files = {**PROGRAMS, "bin/crasher": CRASHER, "bin/crasher_pie": CRASHER_PIE}
    entries = [archive.Entry(name, artefact(path).read_bytes()) for name, path in files.items()]
    manifest = archive.Entry("etc/manifest", MANIFEST.read_bytes())
    return boot(packed(root=artefact(PROCMGR).read_bytes(), extra=[*entries, manifest, *extra]),
                Machine(arguments=words))


def _reports(result):
    """The reports, each as a list of lines."""
    reports = []
    for line in result.lines:
        if line.startswith("crash "):
            reports.append([])
        if reports:
            reports[-1].append(line)
    return reports


def _frames(report):
    return [match[2] for line in report if (match := FRAME.fullmatch(line))]


@cases({
    "a null pointer": ("null", "read from 0x10, where nothing ever is: a null pointer",
                       ["crasher::read_through", "crasher::crash", "main"]),
    "a stack overflow": ("overflow", "in the guard below the stack: the stack has overflowed",
                         ["crasher::descend", "crasher::descend"]),
    "an undefined instruction": ("undefined", "came to an instruction that is none",
                                 ["crasher::run_undefined", "crasher::crash", "main"]),
    "a jump to nowhere": ("nowhere", "jumped to 0x12345678, far from everything",
                          ["no code that is known", "crasher::jump_to", "crasher::crash", "main"]),
    "a write to text": ("text", "in the image (r-x), which does not allow that",
                        ["crasher::write_to_text", "crasher::crash", "main"]),
    "a trap": ("trap", "came to a breakpoint", ["crasher::deep::fail", "crasher::crash", "main"]),
})
def test_a_crash_is_told(case):
    how, sentence, functions = case
    for program in ("crasher", "crasher_pie"):
        result = _run(program, how)
        expect_equal((result.ending.kind, result.ending.status), ("off", 139),
                     f"the ending\n{shown(result)}")
        reports = _reports(result)
        expect_equal(len(reports), 1, f"one report\n{shown(result)}")
        start = reports[0][0]
        expect(re.match(rf"crash 1: {program} \(pid \d+\) ", start) and sentence in start, start)
        frames = [frame.split("+")[0] for frame in _frames(reports[0])]
        expect_equal(frames[:len(functions)], functions, "\n".join(reports[0]))
        text = "\n".join(reports[0])
        for part in ("registers:", "   x0 ", "  x30 ", "regions:", "  r-x  image", "  rw-  stack"):
            expect(part in text, f"no {part!r} in\n{text}")


def test_twenty_crashes_in_a_row_are_told():
    result = _run("crasher", "spawn", "bin/crasher", "null", "20")
    expect_equal(result.ending.status, 20, shown(result))
    reports = _reports(result)
    expect_equal([report[0].split(":")[0] for report in reports],
                 [f"crash {i}" for i in range(1, 21)], shown(result))
    expect(all(len(_frames(report)) >= 3 for report in reports), shown(result))


class Image:
    """The crasher, to be changed."""

    def __init__(self):
        self.bytes = bytearray(artefact(CRASHER).read_bytes())
        self.table = struct.unpack_from("<Q", self.bytes, 40)[0]
        count = struct.unpack_from("<H", self.bytes, 60)[0]
        kinds = [struct.unpack_from("<I", self.bytes, self.table + 64 * i + 4)[0]
                 for i in range(count)]
        self.symbols = self.table + 64 * kinds.index(2)
        link = struct.unpack_from("<I", self.bytes, self.symbols + 40)[0]
        self.strings = self.table + 64 * link

    def put(self, layout, at, value):
        struct.pack_into("<" + layout, self.bytes, at, value)

    def extent(self, section):
        return struct.unpack_from("<QQ", self.bytes, section + 24)


@functools.cache
def _liars():
    """Images whose symbol tables lie, by what they lie about."""
    huge = (1 << 63) + 8
    chance = random.Random(5)
    liars = {}

    def lie(name, change):
        image = Image()
        change(image)
        liars[name] = bytes(image.bytes)

    lie("headers", lambda image: image.put("Q", 40, huge))
    lie("count", lambda image: image.put("H", 60, 0xffff))
    lie("offset", lambda image: image.put("Q", image.symbols + 24, huge))
    lie("size", lambda image: image.put("Q", image.symbols + 32, huge))
    lie("link", lambda image: image.put("I", image.symbols + 40, 0xffffffff))
    lie("strings", lambda image: image.put("Q", image.strings + 24, huge))

    def scramble(image):
        start, size = image.extent(image.symbols)
        image.bytes[start:start + size] = chance.randbytes(size)

    def shout(image):
        start, size = image.extent(image.strings)
        image.bytes[start:start + size] = b"\x1b[2J\x07\x9b"[:7] * (size // 7) + b"x" * (size % 7)

    lie("symbols", scramble)
    lie("names", shout)
    return liars


def test_an_image_whose_pages_nobody_pays_for_has_no_symbols():
    result = _run("crasher", "spawn", "bin/crasher", "hole", "1", "bin/crasher", "null", "1")
    expect_equal(result.ending.status, 1, shown(result))
    reports = _reports(result)
    expect_equal(len(reports), 2, shown(result))
    expect("hole (pid" in reports[0][0], shown(result))
    expect_equal(_frames(reports[0])[0].split("+")[0], "image", shown(result))
    expect_equal(_frames(reports[1])[0].split("+")[0], "crasher::read_through", shown(result))


def test_images_that_lie_harm_nobody():
    liars = _liars()
    words = [word for name in liars for word in (f"bin/{name}", "null", "1")]
    result = _run("crasher", "spawn", *words, "bin/crasher", "null", "1",
                  extra=[archive.Entry(f"bin/{name}", image) for name, image in liars.items()])
    expect_equal(result.ending.status, len(liars) + 1, shown(result))
    reports = _reports(result)
    expect_equal(len(reports), len(liars) + 1, shown(result))
    expect(all("read from 0x10" in report[0] for report in reports), shown(result))
    for name, report in zip(liars, reports):
        expect(all(line.isascii() and line.isprintable() for line in report),
               f"{name}: characters that a terminal obeys\n" + "\n".join(report))
    expect_equal(_frames(reports[0])[0].split("+")[0], "image", "without symbols")
    expect_equal(_frames(reports[-1])[0].split("+")[0], "crasher::read_through", "the last")
