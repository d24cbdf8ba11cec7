# SPDX-License-Identifier: MIT
"""`-c CMD`: procmgr as the first process, and as its first program the runner of one command.

The boot command line is cut at blanks and knows no quotes, so the command travels in a file of the
boot archive, where any bytes can stand. What it means is the runner's affair: `user/run/`.
"""

import os
import re
from dataclasses import replace

import archive
from . import build
from .project import PROCMGR, PROGRAMS, ROOT

RUNNER = "bin/run"
COMMAND_FILE = "etc/command"
MANIFEST = "etc/manifest"
TARGETS = (PROCMGR, *PROGRAMS.values())

# A program without a console speaks through procmgr's log.
LOGGED = re.compile(r"^\[\d+\] ")


def files(mode):
    """The programs, as (name in the archive, path)."""
    named = {"bin/init": PROGRAMS[RUNNER], **PROGRAMS}
    return [(name, build.artefact(mode, path)) for name, path in named.items()]


def entries(command):
    """The boot manifest, and what is no file of the host."""
    return [archive.Entry(MANIFEST, (ROOT / "user" / "run" / "manifest").read_bytes()),
            archive.Entry(COMMAND_FILE, os.fsencode(command) + b"\n")]


def machine(options):
    """The machine that the options describe; with a command it says nothing of itself at start."""
    described = options.machine_to_boot
    if options.guest_command is None:
        return described
    quiet = () if options.verbose else ("log=quiet",)
    return replace(described, append=(*quiet, *described.append),
                   arguments=("--file", COMMAND_FILE))


def said(lines):
    """What programs said, without what procmgr puts in front of it."""
    return [LOGGED.sub("", line, count=1) for line in lines]
