# SPDX-License-Identifier: MIT
"""`./aril image`: the files that QEMU boots, and the command that boots them."""

import shlex
import shutil
from dataclasses import replace
from pathlib import Path

from . import guest, system
from .run import built_files

IMAGE_NAME = "aril.image"
ARCHIVE_NAME = "aril.cpio"
COMMAND_NAME = "qemu-command"

# For a person at a keyboard: Ctrl-A X ends QEMU. The verdict goes nowhere; QEMU's exit status is
# the guest's, which is enough where nobody has to tell a panic from a status of 255.
SERIAL = ("-serial", "mon:stdio")
NO_VERDICT_FILE = "/dev/null"


def image(options):
    source, packed = built_files(options, system.orders(options))
    folder = Path(options.output).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, folder / IMAGE_NAME)
    guest.write_archive(folder / ARCHIVE_NAME, packed)
    machine = replace(system.machine(options), gdb=None)
    qemu = machine.command(folder / IMAGE_NAME, folder / ARCHIVE_NAME, NO_VERDICT_FILE, SERIAL)
    (folder / COMMAND_NAME).write_text(shlex.join(qemu) + "\n")
    for name in (IMAGE_NAME, ARCHIVE_NAME, COMMAND_NAME):
        print(folder / name)
    return 0
