# SPDX-License-Identifier: MIT
"""What boots when it is more than the kernel: procmgr as the first process, the servers of the boot
manifest, the programs of the tree, and orders for `user/init/`, the program that a person meets.

The boot command line is cut at blanks and knows no quotes, so orders travel in a file of the boot
archive, where any bytes can stand.
"""

import os
import re
import stat
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import archive
from . import build
from .project import MANIFEST, PROCMGR, PROGRAMS_TARGET

SHELL = "/bin/shell"
SCRIPTS = "run"
TARGETS = (PROCMGR, PROGRAMS_TARGET)

# A program without a console speaks through procmgr's log.
LOGGED = re.compile(r"^\[\d+\] ")


@dataclass(frozen=True)
class Orders:
    """What the guest shall do. Without words there is a person, who gets a shell. How init reads
    this stands in user/init/orders.hpp."""

    words: tuple = ()
    variables: tuple = ()
    gets: tuple = ()
    window: tuple | None = None  # columns and rows

    def encoded(self):
        records = [*(("word", word) for word in self.words),
                   *(("set", "=".join(variable)) for variable in self.variables),
                   *(("get", path) for path in self.gets)]
        if self.window:
            records.append(("window", "{}x{}".format(*self.window)))
        return b"".join(os.fsencode(f"{key}={text}") + b"\0" for key, text in records)


def orders(options, gets=(), terminal=False):
    words = ()
    shell = (SHELL, "-i") if terminal else (SHELL,)  # a person can type Ctrl-C
    if options.guest_command is not None:
        words = (*shell, "-c", options.guest_command)
    elif options.script is not None:
        words = (*shell, f"/{_script_name(options)}", *options.words)
    if not terminal:
        return Orders(words, gets=tuple(gets))
    window = os.get_terminal_size(sys.stdout.fileno())
    return Orders(words, (("TERM", os.environ.get("TERM", "vt100")),), tuple(gets),
                  tuple(window) if all(window) else None)


def _script_name(options):
    return f"{SCRIPTS}/{Path(options.script).name}"


def entries(options, given):
    """What the archive has beside kernel and first process: programs, manifest, orders, script."""
    found = [archive.Entry(name, path=path) for name, path in build.programs(options.mode)]
    found.append(archive.Entry("tmp", mode=stat.S_IFDIR | 0o1777))
    found.append(archive.Entry("etc/manifest", path=MANIFEST))
    found.append(archive.Entry("etc/orders", given.encoded()))
    if options.script is not None:
        found.append(archive.Entry(_script_name(options), mode=stat.S_IFREG | 0o755,
                                   path=Path(options.script)))
    return found


def machine(options):
    """The machine that the options describe. The system says nothing of its start unless asked."""
    described = options.machine_to_boot
    if options.bare:
        return replace(described, arguments=tuple(options.words))
    quiet = () if options.verbose else ("log=quiet",)
    return replace(described, append=(*quiet, *described.append))


def said(lines):
    """What programs said, without what procmgr puts in front of it."""
    return [LOGGED.sub("", line, count=1) for line in lines]
