# SPDX-License-Identifier: MIT
"""What `--get` makes of archives that a guest sends, which may be hostile."""

import contextlib
import os
import stat
import tempfile
from pathlib import Path

import archive
from aril import fetch
from aril.checks import cases, expect, expect_equal

FILE, FOLDER, LINK = stat.S_IFREG | 0o640, stat.S_IFDIR | 0o750, stat.S_IFLNK | 0o777


def _entry(name, mode, data=b""):
    return archive.Entry(name, data, mode=mode, modified=1_000_000_000)


def _unpacked(folder, data, *gets):
    """What is said to be missing."""
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        return fetch.unpack_all([fetch.parse(f"{guest}:{folder}/{host}") for guest, host in gets],
                                file)


def _sent(entries, status=0):
    """An archive of any entries, be they twice in it, and the line behind it."""
    trailer = archive.pack([])
    packed = b"".join(archive.pack([entry]).removesuffix(trailer) for entry in entries)
    return packed + trailer + f"end {status}\n".encode()


@contextlib.contextmanager
def _folder():
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "inside").mkdir()
        (Path(name) / "outside").mkdir()
        yield Path(name)


TREE = [_entry("a/tree", FOLDER), _entry("a/tree/file", FILE, b"text"),
        _entry("a/tree/deep", FOLDER), _entry("a/tree/deep/link", LINK, b"../file")]


def test_a_tree_is_unpacked():
    with _folder() as folder:
        expect_equal(_unpacked(folder, _sent(TREE), ("/a/tree", "new")), [], "the end")
        file = folder / "new" / "file"
        expect_equal((file.read_bytes(), oct(file.stat().st_mode), file.stat().st_mtime),
                     (b"text", oct(FILE), 1_000_000_000), "the file")
        expect_equal(os.readlink(folder / "new" / "deep" / "link"), "../file", "the link")
        expect_equal((folder / "new").stat().st_mtime, 1_000_000_000, "the folder's time")


def test_trees_can_be_had_again_and_again():
    with _folder() as folder:
        for _ in range(2):
            expect_equal(_unpacked(folder, _sent(TREE), ("/a/tree", "new")), [], "the end")


def test_a_file_goes_into_a_folder_or_has_a_name():
    sent = _sent([_entry("a/file", FILE, b"1")])
    with _folder() as folder:
        expect_equal(_unpacked(folder, sent + sent, ("/a/file", "inside"), ("/a/file", "name")),
                     [], "the end")
        expect((folder / "inside" / "file").read_bytes() == b"1" == (folder / "name").read_bytes(),
               "they are not there")


@cases({
    "nothing": (b"", "it did not come"),
    "a refusal": (b"end 1\n", "could not be had"),
    "half an archive": (archive.pack(TREE)[:300], "ends within"),
    "an archive without an end": (archive.pack(TREE), "not whole"),
    "a bad end": (_sent(TREE, 1), "not whole"),
    "a way up": (_sent([*TREE, _entry("a/tree/../../x", FILE)]), "a file of the name"),
    "another root": (_sent([*TREE, _entry("/outside/x", FILE)]), "a file of the name"),
    "a device": (_sent([*TREE, _entry("a/tree/d", stat.S_IFCHR | 0o666)]), "no file"),
    "a link that leads out": (_sent([*TREE, _entry("a/tree/l", LINK, b"../outside")]), "link"),
    "a link to the root": (_sent([*TREE, _entry("a/tree/l", LINK, b"/etc")]), "link"),
    "a link out of the deep": (_sent([*TREE, _entry("a/tree/deep/l", LINK, b"../../x")]), "link"),
    "a link through a link": (_sent([*TREE, _entry("a/tree/l", LINK, b"deep/../../x")]), "link"),
    "a file through a link": (_sent([*TREE, _entry("a/tree/l", LINK, b"deep"),
                                     _entry("a/tree/l/x", FILE)]), "is no folder"),
    "a folder as a link": (_sent([*TREE, _entry("a/tree/l", LINK, b"deep"),
                                  _entry("a/tree/l", FOLDER)]), "is a link"),
    "a file as a folder": (_sent([*TREE, _entry("a/tree/deep", FILE)]), "is a folder"),
})
def test_what_is_not_right_is_told(case):
    sent, reason = case
    with _folder() as folder:
        missing = _unpacked(folder, sent, ("/a/tree", "inside/new"))
        expect(len(missing) == 1 and reason in missing[0], f"said: {missing}")
        expect_equal(sorted(path.name for path in folder.iterdir()), ["inside", "outside"],
                     "what is there")
        expect_equal(list((folder / "outside").iterdir()), [], "what is outside")


def test_what_comes_behind_a_bad_one_is_still_had():
    sent = b"end 1\n" + _sent(TREE, 1) + _sent([_entry("x", FILE, b"1")])
    with _folder() as folder:
        missing = _unpacked(folder, sent, ("/n", "n"), ("/t", "t"), ("/x", "x"))
        expect_equal(len(missing), 2, str(missing))
        expect_equal((folder / "x").read_bytes(), b"1", "the last one")


@cases(["", "x", ":x", "x:", "/x:/nonexistent/y"])
def test_what_makes_no_sense_is_refused(argument):
    try:
        fetch.parse(argument)
    except fetch.Failure as failure:
        expect_equal(failure.status, 2, "the status")
        return
    expect(False, "it was taken")
