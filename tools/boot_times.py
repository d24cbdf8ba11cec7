#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""How long a person waits for the shell, beside a minimal Linux in the same QEMU.

    boot_times.py KERNEL BUSYBOX [ROUNDS]

KERNEL is an arm64 kernel as Debian packs it, BUSYBOX a static busybox for arm64. Wall time depends
on the machine and on what else it does, so both start in turns, and what counts is the ratio. Ours
is all of `./aril run`, from its start to the prompt; Linux's is QEMU alone, from its start to the
first line that init prints.
"""

import os
import pty
import stat
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import archive

ROOT = Path(__file__).resolve().parents[1]
PROMPT = b"$ "
GREETING = b"init is here"
INIT = b"#!/bin/busybox sh\necho " + GREETING + b"\n"
LINUX = ("qemu-system-aarch64", "-nodefaults", "-display", "none", "-no-reboot", "-accel", "tcg",
         "-M", "virt", "-cpu", "cortex-a57", "-m", "1G", "-serial", "stdio",
         "-append", "mitigations=off nokaslr quiet console=ttyAMA0")


def seconds_until(text, command):
    """From the start of a program on a terminal of its own until it has printed this."""
    ours, theirs = pty.openpty()
    start = time.monotonic()
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=ROOT,
                          start_new_session=True) as process:
        seen = b""
        while text not in seen:
            seen += os.read(ours, 4096)
        found = time.monotonic() - start
        process.terminate()
    os.close(ours)
    os.close(theirs)
    return found


def linux(kernel, busybox, folder):
    """The command that boots Linux with an init that greets."""
    entries = [archive.Entry(name, mode=stat.S_IFDIR | 0o755) for name in ("bin", "dev")]
    entries += [archive.Entry("bin/busybox", mode=stat.S_IFREG | 0o755, path=Path(busybox)),
                archive.Entry("init", INIT, mode=stat.S_IFREG | 0o755)]
    with open(Path(folder) / "initramfs", "wb") as file:
        archive.write(file, entries)
    return [*LINUX, "-kernel", kernel, "-initrd", str(Path(folder) / "initramfs")]


def main(kernel, busybox, rounds="5"):
    with tempfile.TemporaryDirectory() as folder:
        theirs = linux(kernel, busybox, folder)
        ours = [str(ROOT / "aril"), "run"]
        seconds_until(PROMPT, ours)  # builds what is not built
        pairs = [(seconds_until(PROMPT, ours), seconds_until(GREETING, theirs))
                 for _ in range(int(rounds))]
    for pair in pairs:
        print("aril {:.2f} s, Linux {:.2f} s".format(*pair))
    print(f"ratio {statistics.median(a / b for a, b in pairs):.2f}")


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit("usage: boot_times.py KERNEL BUSYBOX [ROUNDS]")
    main(*sys.argv[1:])
