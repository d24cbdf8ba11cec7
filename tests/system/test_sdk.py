# SPDX-License-Identifier: MIT
"""Programs that are built outside the tree: the commands of the documents, word for word."""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import elf
from aril.checks import cases, expect, expect_equal
from aril.system import said
from aril.project import ROOT
from support import aril

PAGE = 4096
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
COMPILE = "clang++-19 --config build/sdk/aril.cfg "


def _commands(document):
    """The lines that build something, of all blocks of commands."""
    lines = "".join(BLOCK.findall((ROOT / document).read_text())).splitlines()
    return [line for line in lines if line.startswith(COMPILE)]


def _run(command, folder):
    done = subprocess.run(command, shell=True, cwd=folder, check=False, capture_output=True,
                          text=True)
    return done.returncode, done.stdout + done.stderr


def _project_with_sdk(folder):
    """What a program's author has: the kit, and sources of one's own."""
    status, output, errors = aril("sdk", str(folder / "build" / "sdk"))
    expect_equal(status, 0, f"the status of ./aril sdk\n{errors}")
    expect(output.startswith("clang++-19 --config "), output)
    shutil.copytree(ROOT / "examples", folder / "examples")
    return folder


@cases(["docs/programs.md", "examples/hello/README.md", "examples/echo_server/README.md"])
def test_the_commands_of_a_document_build_programs(document):
    commands = _commands(document)
    expect(commands, f"{document} has no commands")
    with tempfile.TemporaryDirectory() as folder:
        project = _project_with_sdk(Path(folder))
        for command in commands:
            status, output = _run(command, project)
            expect_equal((status, output), (0, ""), command)
            _expect_program(elf.Elf.read(project / command.split()[-1]))


@cases({"at a fixed place": "", "position-independent": "-fPIE -static-pie "})
def test_a_program_from_outside_the_tree_runs(options):
    with tempfile.TemporaryDirectory() as folder:
        project = _project_with_sdk(Path(folder))
        built = _run(f"{COMPILE}{options}examples/hello/hello.cpp -o build/hello.elf", project)
        expect_equal(built, (0, ""), "status and output of the compiler")
        status, output, errors = aril("run", "--timeout", "60", "--add",
                                      str(project / "build" / "hello.elf"), "-c", "./hello.elf you")
    expect_equal((status, errors), (0, ""), "status and complaints")
    expect_equal(said(output.splitlines()), ["hello, world", "hello, you"], "the output")


def _expect_program(file):
    pages = set()
    for segment in file.loads():
        writable_code = elf.SEGMENT_WRITE | elf.SEGMENT_EXECUTE
        expect(segment.flags & writable_code != writable_code, "code can be written")
        own = set(range(segment.address // PAGE, -(-segment.end // PAGE)))
        expect(not own & pages, f"the segment at {segment.address:#x} shares a page")
        pages |= own
    expect(any(segment.address <= file.entry < segment.end for segment in file.loads()),
           f"the entry {file.entry:#x} is in no segment")


@cases({
    "no main": ("int mian() { return 0; }", "undefined symbol: main()"),
    "a constructor": ("int f(); int x = f(); int main() { return x; }", "global constructor"),
    "an unknown protocol": ("#include <abi/proto/nothing.hpp>\nint main() {}", "file not found"),
})
def test_a_mistake_is_found_when_the_program_is_built(case):
    source, reason = case
    with tempfile.TemporaryDirectory() as folder:
        project = _project_with_sdk(Path(folder))
        (project / "wrong.cpp").write_text(source + "\n")
        status, output = _run(COMPILE + "wrong.cpp -o build/wrong.elf", project)
        expect(status != 0, "it was built")
        expect(reason in output, output)
