# SPDX-License-Identifier: MIT
"""The Debian packages that the project needs, and how they come onto the machine.

Each package is known by one file of it, so that the usual case, in which nothing is missing, costs
a few look-ups and starts no other program.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from .project import Failure

# Package: a pattern, below /, that one of its files matches.
PACKAGES = {
    "clang-19": "usr/bin/clang++-19",
    "clang-format-19": "usr/bin/clang-format-19",
    "cpio": "usr/bin/cpio",
    "device-tree-compiler": "usr/bin/dtc",
    "libclang-rt-19-dev": "usr/lib/llvm-19/lib/clang/19/lib/linux/libclang_rt.fuzzer-*.a",
    "libfdt-dev": "usr/include/libfdt.h",
    "libgtest-dev": "usr/include/gtest/gtest.h",
    "libstdc++-12-dev-arm64-cross": "usr/aarch64-linux-gnu/include/c++/12/expected",
    "lld-19": "usr/bin/ld.lld-19",
    "llvm-19": "usr/bin/llvm-objcopy-19",
    "meson": "usr/bin/meson",
    "ninja-build": "usr/bin/ninja",
    "qemu-system-arm": "usr/bin/qemu-system-aarch64",
}


def missing(root=Path("/")):
    """The names of the packages of which the machine has no file."""
    return [name for name, pattern in PACKAGES.items() if not _present(root, pattern)]


def _present(root, pattern):
    if "*" in pattern:
        return any(root.glob(pattern))
    return (root / pattern).exists()


def _administrator_prefix():
    """What to put before a command to run it as root: nothing, sudo, or None if there is no way."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    without_asking = subprocess.run(["sudo", "-n", "true"], stdin=subprocess.DEVNULL,
                                    stderr=subprocess.DEVNULL, check=False)
    if without_asking.returncode == 0 or sys.stdin.isatty():
        return ["sudo"]
    return None


def install(names, verbose):
    """Installs the packages, or ends with the list of what somebody else must install."""
    by_hand = f"install what is missing with: apt-get install {' '.join(names)}"
    prefix = _administrator_prefix()
    if shutil.which("apt-get") is None or prefix is None:
        raise Failure(by_hand)
    print(f"aril: installing {' '.join(names)}", file=sys.stderr)
    environment = ["env", "DEBIAN_FRONTEND=noninteractive"]
    # An update may fail for a source that has nothing to do with us; the install decides.
    _apt(prefix + environment + ["apt-get", "update"], verbose)
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *names]
    failed, output = _apt(prefix + environment + command, verbose)
    still = missing()
    if still:
        problem = "apt-get failed" if failed else "apt-get gave no files for " + " ".join(still)
        raise Failure(f"{problem}; {by_hand}", details=output)


def _apt(command, verbose):
    done = subprocess.run(command, stdin=None if sys.stdin.isatty() else subprocess.DEVNULL,
                          stdout=None if verbose else subprocess.PIPE,
                          stderr=None if verbose else subprocess.STDOUT, check=False)
    return done.returncode != 0, (done.stdout or b"").decode(errors="replace")
