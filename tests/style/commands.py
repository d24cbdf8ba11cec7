# SPDX-License-Identifier: MIT
"""How the build compiles each source, for tests that compile something the same way."""

import functools
import json
import os
import shlex
import subprocess
from pathlib import Path

from aril import build, processes
from aril.project import ROOT

MODE = "debug"
TIMEOUT = 120
WITHOUT = ("-c", "-MD", "-MMD")
WITHOUT_A_PAIR = ("-o", "-MF", "-MQ", "-MT", "-include-pch")


@functools.cache
def compile_commands():
    """(source relative to the root, arguments, folder) for each source that the build compiles."""
    file = build.artefact(MODE, "compile_commands.json")
    rows = []
    for entry in json.loads(file.read_text()):
        path = Path(os.path.normpath(Path(entry["directory"]) / entry["file"]))
        if path.is_relative_to(ROOT):
            rows.append((path.relative_to(ROOT), shlex.split(entry["command"]), entry["directory"]))
    return rows


def compile_text(text, like, without=()):
    """(status, what the compiler says) of `text` with the flags of the row `like`, and with nothing
    included but what the text includes."""
    _, arguments, folder = like
    flags, rest = [], iter(arguments[:-1])
    for argument in rest:
        if argument in WITHOUT_A_PAIR:
            next(rest)
        elif argument not in WITHOUT and argument not in without:
            flags.append(argument)
    command = [*flags, "-fno-color-diagnostics", "-fsyntax-only", "-x", "c++", "-"]
    with processes.started(command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT) as compiler:
        output, _ = compiler.communicate(text.encode(), timeout=TIMEOUT)
        return compiler.returncode, output.decode(errors="replace")
