# SPDX-License-Identifier: MIT
"""Rules that need the tools of the compiler: format, self-contained headers, the ABI's layout."""

import concurrent.futures
import difflib
import os

import commands
import tree
from aril import build, processes
from aril.checks import expect, fail
from aril.project import ABI_LAYOUT, ROOT, last_lines

LAYOUT_TEXT = "abi/layout.txt"
TIMEOUT = 120


def test_each_source_is_formatted():
    paths = [str(path) for path in tree.with_suffix(*tree.CPP)]
    expect(paths, "there are no sources")
    status, _, errors = processes.finished(
        ["clang-format-19", "--dry-run", "-Werror", "--ferror-limit=1", *paths], TIMEOUT, cwd=ROOT)
    if status != 0:
        wrong = sorted({line.split(":")[0] for line in errors.splitlines() if ": error:" in line})
        fail("run clang-format-19 -i on:\n" + "\n".join(wrong or last_lines(errors)))


def _neighbour_of(header):
    """The source that is nearest in the tree, as that one is likely to include it; among equals one
    for the target, because a header that the target takes must not need more."""

    def nearness(row):
        path, arguments, _ = row
        common = len(os.path.commonpath([path.parent, header.parent]).split("/")) \
            if path.parts[0] == header.parts[0] else 0
        return common, any(argument.startswith("--target=") for argument in arguments)

    return max(commands.compile_commands(), key=nearness)


def _compile_alone(header):
    twice = f'#include "{ROOT / header}"\n' * 2
    status, output = commands.compile_text(twice, like=_neighbour_of(header))
    return "\n".join([f"{header}:", *last_lines(output, 6)]) if status else None


def test_each_header_compiles_alone():
    headers = tree.with_suffix(".hpp")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        problems = [problem for problem in pool.map(_compile_alone, headers) if problem]
    if problems:
        fail("\n".join(problems))


def test_the_layout_of_the_abi_is_the_one_checked_in():
    program = str(build.artefact(commands.MODE, ABI_LAYOUT))
    status, printed, errors = processes.finished([program], TIMEOUT)
    expect(status == 0, f"{ABI_LAYOUT} ended with status {status}\n{errors}")
    expect(printed, f"{ABI_LAYOUT} printed nothing")
    kept = (ROOT / LAYOUT_TEXT).read_text() if (ROOT / LAYOUT_TEXT).is_file() else ""
    if printed != kept:
        difference = difflib.unified_diff(kept.splitlines(), printed.splitlines(), LAYOUT_TEXT,
                                          "what the headers say now", lineterm="", n=0)
        fail("if the change is meant, write it down: "
             f"build/{MODE}/{ABI_LAYOUT} > {LAYOUT_TEXT}\n" + "\n".join(difference))


def test_compile_commands_cover_every_source():
    # An editor that does not find a file there shows it full of errors.
    covered = {path for path, _, _ in commands.compile_commands()}
    missing = [str(path) for path in tree.with_suffix(".cpp", ".S") if path not in covered]
    expect(not missing, "not in compile_commands.json:\n" + "\n".join(missing))
    expect((ROOT / "compile_commands.json").is_file(), "no compile_commands.json in the root")
