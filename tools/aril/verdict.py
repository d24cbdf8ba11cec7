# SPDX-License-Identifier: MIT
"""How a boot ended, judged from what only the kernel and QEMU can write.

The kernel writes one line, `off N` or `panic`, into a file that no program reaches, and ends QEMU
with the same status. What stands on the serial port explains an end, and never decides it.
"""

import re
from dataclasses import dataclass

from .project import STATUS_NO_VERDICT, STATUS_PANIC, STATUS_TIMEOUT

OFF = re.compile(r"off (\d{1,3})\n")
QEMU_STATUS_AFTER_PANIC = 255


@dataclass(frozen=True)
class Ending:
    """`kind` is off, panic, timeout or lost. `sentence` is for people, empty for a proper end."""

    kind: str
    status: int
    sentence: str = ""


def judge(verdict, qemu_status, timeout=None, serial="", qemu_errors=""):
    """`verdict` is the file's text; `timeout`, in seconds, is set when that is what ended QEMU."""
    if timeout is not None:
        return Ending("timeout", STATUS_TIMEOUT, f"the guest did not end within {timeout:g} s")
    off = OFF.fullmatch(verdict)
    if off and int(off.group(1)) == qemu_status:
        return Ending("off", qemu_status)
    if verdict == "panic\n" and qemu_status == QEMU_STATUS_AFTER_PANIC:
        sentence = _first(serial, "kernel: panic: ", "the kernel panicked")
        return Ending("panic", STATUS_PANIC, sentence)
    return Ending("lost", STATUS_NO_VERDICT, _why_lost(verdict, qemu_status, serial, qemu_errors))


def _first(serial, prefix, sentence):
    """The sentence, with what the serial port says about it."""
    for line in serial.splitlines():
        if line.startswith(prefix):
            return f"{sentence}: {line[len(prefix):].strip()}"
    return sentence


def _why_lost(verdict, qemu_status, serial, qemu_errors):
    if verdict:
        return f"the verdict {verdict!r} does not fit QEMU's status {qemu_status}"
    complaints = qemu_errors.strip().splitlines()
    if qemu_status != 0 and complaints:
        return f"QEMU failed: {complaints[-1].removeprefix('qemu-system-aarch64: ')}"
    if qemu_status != 0:
        return f"QEMU ended with status {qemu_status} before the guest powered off"
    return _first(serial, "boot: error: ", "the machine went off before the guest had ended")
