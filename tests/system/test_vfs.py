# SPDX-License-Identifier: MIT
"""vfs's promises: the program of tests/vfs runs as bin/init beside it, one theme in each boot."""

import archive
from aril import system
from aril.checks import cases, expect, expect_equal
from aril.machine import Machine
from aril.project import MODES, PROCMGR, VFS, VFS_MANIFEST, VFS_TESTS
from support import artefact, boot, packed, shown

THEMES = ("names", "contents", "sessions", "images", "hogs", "pipes", "watching",
          "inspection", "views", "mapping", "random", "crowd")
EFFORT = {"debug": "1", "release": "5"}
MEMORY = {"crowd": "1G"}
TIMEOUT = 300


def pattern(count):
    """What the program knows as the contents of etc/large."""
    return bytes((i * 31 + (i >> 8) * 7) & 255 for i in range(count))


def _archive(mode, extra=()):
    entries = [archive.Entry("bin/init", artefact(VFS_TESTS, mode).read_bytes()),
               archive.Entry("bin/vfs", artefact(VFS, mode).read_bytes()),
               archive.Entry("etc/manifest", VFS_MANIFEST.read_bytes()),
               archive.Entry("etc/small", b"a small file of the archive\n"),
               archive.Entry("etc/large", pattern(300_000)), *extra]
    return packed(kernel=artefact("kernel/kernel.elf", mode).read_bytes(),
                  root=artefact(PROCMGR, mode).read_bytes(), extra=entries)


def _expect_all_pass(result):
    lines = [line.split("] ", 1)[-1] for line in system.said(result.lines)]
    results = [line for line in lines if line.startswith(("ok ", "not ok "))]
    failed = [line for line in results if line.startswith("not ok ")]
    expect(not failed, "\n".join(failed) + "\n" + shown(result))
    expect_equal((result.ending.kind, result.ending.status), ("off", 0),
                 f"the ending\n{shown(result)}")
    expect(f"1..{len(results)}, 0 failed" in lines and results, f"the plan\n{shown(result)}")


@cases({f"{theme}, {mode}": (theme, mode) for mode in MODES for theme in THEMES})
def test_vfs_keeps_its_promises(case):
    theme, mode = case
    machine = Machine(memory=MEMORY.get(theme, "256M"), arguments=(theme, EFFORT[mode]))
    _expect_all_pass(boot(_archive(mode), machine, mode, TIMEOUT))


def test_ten_thousand_readers_sleep_at_pipes_and_are_woken():
    machine = Machine(memory="8G", arguments=("crowd", "100"))
    _expect_all_pass(boot(_archive("release"), machine, "release", TIMEOUT))


def test_an_archive_of_16384_files_is_kept_whole():
    long_name = "n" * 255
    many = [archive.Entry(f"many/{i % 128}/file{i}", str(i).encode()) for i in range(16_384)]
    names = [archive.Entry(f"long/{long_name[:255 - len(str(i))]}{i}", b"x") for i in range(100)]
    deep = archive.Entry("/".join([long_name] * 4), b"deep")
    empty = archive.Entry("empty", b"")
    machine = Machine(memory="256M", arguments=("archive", "1"))
    content = _archive("release", [*many, *names, deep, empty])
    _expect_all_pass(boot(content, machine, "release", TIMEOUT))


def test_what_cannot_be_kept_is_named_and_counted():
    lost = [archive.Entry("x" * 256, b"a name that is too long"),
            archive.Entry("/".join(["y" * 200] * 6), b"a path that is too long"),
            archive.Entry("etc/small/below", b"a file is no folder")]
    machine = Machine(memory="256M", arguments=("archive_lost", "1"))
    result = boot(_archive("release", lost), machine, "release", TIMEOUT)
    _expect_all_pass(result)
    text = "\n".join(result.lines)
    for reason in ("a name is longer than 255 bytes", "the path is longer than 1,024 bytes",
                   "not kept: etc/small/below: it is no directory", "3 of "):
        expect(reason in text, f"no {reason!r}\n{shown(result)}")
