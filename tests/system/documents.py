# SPDX-License-Identifier: MIT
"""The blocks of commands in the documents, and a way to run them word for word."""

import re
import subprocess
from dataclasses import dataclass

from aril.checks import expect_equal
from aril.system import said
from aril.project import ROOT

TIMEOUT = 300
HEADING = re.compile(r"#+ (.*)")
NUMBER = re.compile(r"0x[0-9a-f]+|\d+")
STATUS = {  # where it is not 0
    "./aril run -c 'hello 1 2'": 1,
    "./aril run --root build/release/user/first/first.elf -- a b": 3,
}


@dataclass(frozen=True)
class Block:
    """Text between fences. `before`: the last line of text in front of it."""

    document: str
    section: str
    language: str
    before: str
    text: str

    @property
    def name(self):
        return f"{self.document}: {self.section}"


def documents():
    """Those that may hold commands. The text about programs comes first: others use what it
    makes."""
    paths = [ROOT / "docs" / "programs.md", *sorted(ROOT.glob("examples/*/README.md")),
             ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md"))]
    return [str(path.relative_to(ROOT)) for path in dict.fromkeys(paths)]


def blocks(document):
    """The blocks of one document, in order."""
    section, before, lines, language = "", "", None, ""
    for line in (ROOT / document).read_text().splitlines():
        if line.startswith("```"):
            if lines is None:
                lines, language = [], line[3:].strip()
            else:
                yield Block(document, section, language, before, "\n".join(lines))
                lines, before = None, ""
        elif lines is not None:
            lines.append(line)
        elif heading := HEADING.fullmatch(line):
            section, before = heading[1], ""
        elif line.strip():
            before = line


def commands_and_outputs(document):
    """(block of commands, what it prints or None). A block without a language that a sentence with
    a colon leads to is the output of the commands before it."""
    found, last = [], None
    for block in blocks(document):
        if block.language == "sh":
            last = [block, None]
            found.append(last)
        elif block.language == "" and last is not None and block.before.endswith(":"):
            last[1], last = block.text, None
        else:
            last = None
    return found


def run(block, output, folder):
    """Runs each line of a block in a folder. Output is compared but for the numbers in it."""
    printed = []
    for command in block.text.splitlines():
        done = subprocess.run(command, shell=True, cwd=folder, check=False, capture_output=True,
                              text=True, stdin=subprocess.DEVNULL, timeout=TIMEOUT)
        expect_equal(done.returncode, STATUS.get(command, 0),
                     f"{block.name}: the status of {command}\n{done.stdout}{done.stderr}")
        printed += said(done.stdout.replace("\r\n", "\n").splitlines())
    if output is not None:
        expect_equal([NUMBER.sub("N", line) for line in printed],
                     [NUMBER.sub("N", line) for line in output.splitlines()],
                     f"{block.name}: what {block.text} prints")
