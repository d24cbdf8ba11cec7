# SPDX-License-Identifier: MIT
"""`--add` and `--get`: files and trees on their way into the guest and out of it."""

import contextlib
import os
import random
import stat
import subprocess
import tempfile
from pathlib import Path

from aril.checks import expect, expect_equal
from aril.project import ROOT

LONG = "n" * 255


def _run(line, *arguments):
    done = subprocess.run([str(ROOT / "aril"), "run", "--timeout", "120", *map(str, arguments),
                           "-c", line], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True,
                          check=False, timeout=240)
    return done.returncode, done.stdout, done.stderr


@contextlib.contextmanager
def _folder():
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def _tree(root):
    """One of everything."""
    for name in ("empty", "deep/er", LONG):
        (root / name).mkdir(parents=True)
    (root / "deep" / "file").write_text("text\n")
    (root / "deep" / LONG).write_bytes(bytes(5000))
    (root / LONG / LONG).write_bytes(b"")
    (root / "program").write_bytes(b"#!/bin/shell\n")
    (root / "program").chmod(0o755)
    (root / "a b'c\"d\u00e9").write_bytes(b"\x00\xff")
    (root / "link").symlink_to("deep/file")
    (root / "deep" / "up").symlink_to("../empty")
    for number, path in enumerate(sorted(root.rglob("*"))):
        if not path.is_symlink():
            os.utime(path, (1_000_000_000 + number, 1_000_000_000 + number))


def _seen(root):
    """What there is, by name: kind and mode, what is in it, when it was changed."""
    found = {}
    for path in sorted(root.rglob("*")):
        status = path.lstat()
        if path.is_symlink():
            found[str(path.relative_to(root))] = ("link", os.readlink(path))
        else:
            contents = path.read_bytes() if stat.S_ISREG(status.st_mode) else None
            found[str(path.relative_to(root))] = (oct(status.st_mode), contents,
                                                  int(status.st_mtime))
    return found


def test_a_tree_comes_back_as_it_was():
    with _folder() as folder:
        (folder / "tree").mkdir()
        _tree(folder / "tree")
        found = _run("true", "--add", f"{folder}/tree:/a/tree", "--get", f"/a/tree:{folder}/back")
        expect_equal(found, (0, b"", b""), "the run")
        expect_equal(_seen(folder / "back"), _seen(folder / "tree"), "the tree")


def test_four_thousand_files_and_a_large_one_come_back():
    with _folder() as folder:
        chance = random.Random(4)
        for number in range(4000):
            path = folder / "tree" / str(number // 100) / str(number)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(chance.randbytes(number % 700))
        (folder / "large").write_bytes(chance.randbytes(64 << 20))
        found = _run("true", "--add", f"{folder}/tree", "--add", f"{folder}/large",
                     "--get", f"/tree:{folder}/back", "--get", f"large:{folder}/large.back")
        expect_equal(found, (0, b"", b""), "the run")
        expect(_seen(folder / "back") == _seen(folder / "tree"), "the tree is another")
        done = subprocess.run(["cmp", folder / "large", folder / "large.back"], check=False)
        expect_equal(done.returncode, 0, "the large file")


def test_what_a_command_has_written_comes_out_although_it_failed():
    with _folder() as folder:
        status, _, errors = _run("echo made >/made; false", "--get", f"/made:{folder}")
        expect_equal((status, errors), (1, b""), "status and complaints")
        expect_equal((folder / "made").read_bytes(), b"made\n", "the file")


def test_what_is_not_there_is_told_and_others_come():
    with _folder() as folder:
        status, _, errors = _run("echo made >/made", "--get", f"/nothing:{folder}/nothing",
                                 "--get", f"/made:{folder}/made")
        expect_equal(status, 1, f"the status\n{errors}")
        expect(b"aril: --get /nothing: " in errors, f"it is not said: {errors}")
        expect_equal(sorted(path.name for path in folder.iterdir()), ["made"], "what came")


def test_the_commands_status_counts_more():
    with _folder() as folder:
        status, _, errors = _run("hello 7", "--get", f"/nothing:{folder}/nothing")
        expect_equal(status, 7, f"the status\n{errors}")
