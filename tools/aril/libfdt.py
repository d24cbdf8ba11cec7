# SPDX-License-Identifier: MIT
"""Fetches Debian's libfdt for arm64, with which the boot stage reads device trees.

The machine itself knows only its own architecture, and that stays so: apt gets a folder of its own
for lists and cache, in which the architecture is arm64, and a copy of the machine's own sources.
The package is unpacked into the build folder, never installed.
"""

import fcntl
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from .project import BUILD, LIBFDT, Failure

ARCHIVE_FILE = "usr/lib/aarch64-linux-gnu/libfdt.a"
HEADER_FILE = "usr/include/libfdt.h"


def present():
    return (LIBFDT / ARCHIVE_FILE).is_file() and (LIBFDT / HEADER_FILE).is_file()


def fetch(verbose):
    """Puts the unpacked package into place, whole or not at all."""
    LIBFDT.parent.mkdir(parents=True, exist_ok=True)
    with open(BUILD / "fetch.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not present():
            with tempfile.TemporaryDirectory(dir=LIBFDT.parent) as folder:
                _fetch_into_place(Path(folder), verbose)


def _fetch_into_place(folder, verbose):
    options = _private_apt(folder)
    updated = _run(["apt-get", *options, "update"], folder, verbose)
    downloaded = _run(["apt-get", *options, "download", "libfdt-dev"], folder, verbose)
    packages = list(folder.glob("libfdt-dev_*_arm64.deb"))
    if not packages:
        raise Failure("the package libfdt-dev for arm64 could not be fetched with apt-get",
                      details=updated + downloaded)
    unpacked = folder / "unpacked"
    output = _run(["dpkg", "-x", str(packages[0]), str(unpacked)], folder, verbose)
    if not (unpacked / ARCHIVE_FILE).is_file():
        raise Failure(f"the package libfdt-dev for arm64 has no {ARCHIVE_FILE}", details=output)
    shutil.rmtree(LIBFDT, ignore_errors=True)
    os.replace(unpacked, LIBFDT)


def _private_apt(folder):
    """apt's options for a world of its own in the folder, in which the architecture is arm64."""
    sources = folder / "sources"
    for name in ("lists/partial", "cache/archives/partial", "sources/sources.list.d"):
        (folder / name).mkdir(parents=True)
    etc = Path("/etc/apt")
    for original in [etc / "sources.list", *(etc / "sources.list.d").glob("*")]:
        if original.suffix in (".list", ".sources") and original.is_file():
            copy = sources / original.relative_to(etc)
            copy.write_text(_for_all_architectures(original.read_text()))
    # apt takes a user of its own for downloads, who may not write here; root needs none.
    return [
        "-o", "APT::Architecture=arm64", "-o", "APT::Architectures::=arm64",
        "-o", f"Dir::State::Lists={folder}/lists", "-o", f"Dir::Cache={folder}/cache",
        "-o", f"Dir::Etc::SourceList={sources}/sources.list",
        "-o", f"Dir::Etc::SourceParts={sources}/sources.list.d",
        "-o", "APT::Sandbox::User=root",
    ]


def _for_all_architectures(text):
    """A source that is limited to the machine's own architecture would hide the arm64 packages."""

    def without_limit(options):
        kept = [word for word in options.group(1).split() if not word.startswith("arch=")]
        return f"[{' '.join(kept)}]" if kept else ""

    text = re.sub(r"^Architectures:.*\n", "", text, flags=re.MULTILINE)
    return re.sub(r"\[([^\]]*)\]", without_limit, text)


def _run(command, folder, verbose):
    try:
        done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except FileNotFoundError:
        raise Failure(f"{command[0]} is missing, and libfdt is fetched with it") from None
    output = done.stdout.decode(errors="replace")
    if verbose:
        print(output, end="")
    return output
