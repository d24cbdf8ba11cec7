# SPDX-License-Identifier: MIT
"""What `--add HOST[:GUEST]` means, and what it refuses."""

import contextlib
import os
import re
import stat
import tempfile
from pathlib import Path

from aril import additions
from aril.checks import cases, expect, expect_equal, fail
from aril.project import ROOT, STATUS_WRONG_OPTION, Failure

TAKEN = ("kernel.elf", "bin/init")


@contextlib.contextmanager
def _host():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file in ("file", "tree/one", "tree/deep/two", "other/three", "with:colon"):
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_text(file)
        for empty in ("empty", "circle"):
            (folder / empty).mkdir()
        for link, target in {"link": "file", "tree/up": "../other", "dangling": "nowhere",
                             "circle/again": "../circle"}.items():
            (folder / link).symlink_to(target)
        os.mkfifo(folder / "pipe")
        yield folder


def _added(folder, *arguments):
    """The names with their paths within the folder, which each host name is understood in."""
    there = [f"{folder}/{argument}" if argument and argument[0] != ":" else argument
             for argument in arguments]
    found = additions.entries(there)
    additions.check_names(found, TAKEN)
    return {entry.name: _meaning(folder, entry) for entry in found}


def _meaning(folder, entry):
    """The file of the host, the text of a link, or nothing for a folder."""
    if stat.S_ISREG(entry.mode):
        return os.path.relpath(entry.path, folder)
    return entry.data.decode() if stat.S_ISLNK(entry.mode) else None


TREE = {"one": "tree/one", "deep": None, "deep/two": "tree/deep/two", "up": "../other"}


@cases({
    "a file": (["file"], {"file": "file"}),
    "with a name": (["file:/a/b"], {"a/b": "file"}),
    "without a slash": (["file:a"], {"a": "file"}),
    "a link": (["link"], {"link": "link"}),
    "a colon": (["with:colon:/x"], {"x": "with:colon"}),
    "two": (["file", "file:/again"], {"file": "file", "again": "file"}),
    "a folder": (["tree"], {"tree": None, **{f"tree/{n}": p for n, p in TREE.items()}}),
    "a folder with a slash": (["tree/"], {"tree": None,
                                          **{f"tree/{n}": p for n, p in TREE.items()}}),
    "a folder elsewhere": (["tree:/a/b/"], {"a/b": None,
                                            **{f"a/b/{n}": p for n, p in TREE.items()}}),
    "an empty folder": (["empty"], {"empty": None}),
    "a link that is named": (["tree/up:/x"], {"x": None, "x/three": "tree/up/three"}),
    "a link to itself": (["circle"], {"circle": None, "circle/again": "../circle"}),
    "a folder as the root": (["tree:/"], TREE),
    "two folders in one": (["other:/x", "tree:/x"],
                           {"x": None, "x/three": "other/three",
                            **{f"x/{n}": p for n, p in TREE.items()}}),
    "nothing": ([], {}),
})
def test_files_and_folders_get_names(case):
    arguments, wanted = case
    with _host() as folder:
        expect_equal(_added(folder, *arguments), wanted, f"{arguments}")


@cases({
    "a missing file": (["missing"], "there is no "),
    "a missing file with a name": (["missing:/a"], "there is no "),
    "a colon in a name": (["with:colon"], "because of its colon"),
    "a link to nothing": (["dangling"], "leads nowhere"),
    "a pipe": (["pipe"], "neither a file nor a folder"),
    "no host": ([":/a"], "is not HOST"),
    "no guest": (["file:"], "is not HOST"),
    "nothing at all": ([""], "is not HOST"),
    "the root for a file": (["file:/"], "cannot be a file's name"),
    "a way up": (["file:/../a"], "cannot be a file's name"),
    "a way up for a folder": (["tree:/a/.."], "cannot be a file's name"),
    "a point": (["file:/./a"], "cannot be a file's name"),
    "an empty part": (["file:/a//b"], "cannot be a file's name"),
    "a folder's name for a file": (["file:/a/"], "cannot be a file's name"),
    "the trailer": (["file:/TRAILER!!!"], "cannot be a file's name"),
    "a long name": (["file:/" + "x" * 256], "is longer than 255 bytes"),
    "long letters": (["file:/" + "\u00e9" * 128], "is longer than 255 bytes"),
    "a long path": (["file:/" + "/".join(["x" * 204] * 5)], "is longer than 1023 bytes"),
    "one name twice": (["file:/a", "link:/a"], "/a would be in the archive twice"),
    "the same tree twice": (["tree", "tree"], "would be in the archive twice"),
    "a name that is taken": (["file:/bin/init"], "/bin/init would be in the archive twice"),
    "a file as a folder": (["file:/a", "file:/a/b"], "/a would be both a file and the folder"),
    "a program as a folder": (["file:/bin/init/x"], "/bin/init would be both a file and"),
})
def test_what_cannot_be_added_is_told(case):
    arguments, reason = case
    with _host() as folder:
        try:
            found = _added(folder, *arguments)
        except Failure as failure:
            expect_equal(failure.status, STATUS_WRONG_OPTION, "the status")
            expect(failure.sentence.startswith("--add: ") and reason in failure.sentence,
                   failure.sentence)
            return
        fail(f"it was taken: {found}")


def test_the_longest_names_fit():
    with _host() as folder:
        for name in ("x" * additions.LONGEST_NAME, "/".join(["x" * 203] * 5) + "/yyy", "\udcff"):
            expect_equal(_added(folder, f"file:/{name}"), {name: "file"}, "what is added")


def test_modes_and_times_come_along():
    with _host() as folder:
        (folder / "tree" / "one").chmod(0o751)
        os.utime(folder / "tree" / "one", (5, 1_000_000_000))
        (folder / "tree" / "deep").chmod(0o700)
        found = {entry.name: entry for entry in additions.entries([f"{folder}/tree"])}
        expect_equal((found["tree/one"].mode, found["tree/one"].modified),
                     (stat.S_IFREG | 0o751, 1_000_000_000), "mode and time")
        expect_equal(found["tree/deep"].mode, stat.S_IFDIR | 0o700, "the folder's mode")


def test_the_limits_are_those_of_the_protocol():
    text = (ROOT / "abi/proto/files.hpp").read_text()
    limits = [int(re.search(rf"{name} = ([\d']+);", text).group(1).replace("'", ""))
              for name in ("max_name", "max_path")]
    expect_equal(limits, [additions.LONGEST_NAME, additions.LONGEST_PATH], "the longest names")
