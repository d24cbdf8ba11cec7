# SPDX-License-Identifier: MIT
"""Each block of commands in the documents does what stands there."""

import re
import shutil
import tempfile
from pathlib import Path

import documents
from aril import cli
from aril.checks import expect, expect_equal
from aril.project import ROOT, Failure

# Not run here, and why.
ELSEWHERE = {
    "docs/programs.md: A first process of your own":
        "it changes the tree: test_reproducible.py runs it in a copy that it builds anyway",
}
INLINE = re.compile(r"`\./aril ([^`]*)`")


def test_commands_of_documents_do_what_stands_there():
    left_out = set()
    with tempfile.TemporaryDirectory() as name:
        # What a reader sees of the project, with a folder for output that is nobody else's.
        folder = Path(name)
        (folder / "aril").symlink_to(ROOT / "aril")
        (folder / "build").mkdir()
        shutil.copytree(ROOT / "examples", folder / "examples")
        (folder / "docs").symlink_to(ROOT / "docs")
        for document in documents.documents():
            for block, output in documents.commands_and_outputs(document):
                if block.name in ELSEWHERE:
                    left_out.add(block.name)
                else:
                    documents.run(block, output, folder)
    expect_equal(left_out, set(ELSEWHERE), "the blocks that run elsewhere")


def test_commands_within_a_line_have_options_that_there_are():
    found = 0
    for document in documents.documents():
        for words in INLINE.findall((ROOT / document).read_text()):
            arguments = [word.strip("'") for word in re.findall(r"'[^']*'|\S+", words)]
            if "--help" in arguments:
                continue
            found += 1
            try:
                cli.parse([word if word != "CMD" else "x" for word in arguments])
            except Failure as failure:
                # A sentence about an option or a command does not name its value.
                expect(re.search("expected one argument|are required", failure.sentence),
                       f"{document}: ./aril {words}: {failure.sentence}")
    expect(found > 5, f"only {found} commands were found")
