# SPDX-License-Identifier: MIT
"""What `--add HOST[:GUEST]` means, and what it refuses."""

import contextlib
import os
import re
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
    return {name: os.path.relpath(path, folder) for name, path in additions.files(there, TAKEN)}


TREE = {"one": "tree/one", "deep/two": "tree/deep/two", "up/three": "tree/up/three"}


@cases({
    "a file": (["file"], {"file": "file"}),
    "with a name": (["file:/a/b"], {"a/b": "file"}),
    "without a slash": (["file:a"], {"a": "file"}),
    "a link": (["link"], {"link": "link"}),
    "a colon": (["with:colon:/x"], {"x": "with:colon"}),
    "two": (["file", "file:/again"], {"file": "file", "again": "file"}),
    "a folder": (["tree"], {f"tree/{name}": path for name, path in TREE.items()}),
    "a folder with a slash": (["tree/"], {f"tree/{name}": path for name, path in TREE.items()}),
    "a folder elsewhere": (["tree:/a/b/"], {f"a/b/{name}": path for name, path in TREE.items()}),
    "a folder as the root": (["tree:/"], TREE),
    "two folders in one": (["other:/x", "tree:/x"],
                           {"x/three": "other/three", **{f"x/{n}": p for n, p in TREE.items()}}),
    "nothing": ([], {}),
})
def test_files_and_folders_get_names(case):
    arguments, wanted = case
    with _host() as folder:
        expect_equal(_added(folder, *arguments), wanted, f"{arguments}")


@cases({
    "a missing file": (["missing"], "there is no "),
    "a missing file with a name": (["missing:/a"], "there is no "),
    "a link to nothing": (["dangling"], "leads nowhere"),
    "a pipe": (["pipe"], "neither a file nor a folder"),
    "an empty folder": (["empty"], "holds no file"),
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
    "a long name": (["file:/" + "x" * 65], "is longer than 64 bytes"),
    "long letters": (["file:/" + "\u00e9" * 33], "is longer than 64 bytes"),
    "no text": (["file:/\udc80"], "is no text"),
    "one name twice": (["file:/a", "link:/a"], "/a would be in the archive twice"),
    "the same folder twice": (["tree", "tree"], "would be in the archive twice"),
    "a name that is taken": (["file:/bin/init"], "/bin/init would be in the archive twice"),
    "a file as a folder": (["file:/a", "file:/a/b"], "/a would be both a file and the folder"),
    "a program as a folder": (["file:/bin/init/x"], "/bin/init would be both a file and"),
    "a circle": (["circle"], "leads back to"),
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


def test_the_longest_name_fits():
    with _host() as folder:
        name = "x" * additions.LONGEST_NAME
        expect_equal(_added(folder, f"file:/{name}"), {name: "file"}, "what is added")


def test_the_limit_is_that_of_the_protocol():
    limit = re.search(r"max_module_name = (\d+);", (ROOT / "abi/proto/procmgr.hpp").read_text())
    expect_equal(int(limit.group(1)), additions.LONGEST_NAME, "the longest name")
