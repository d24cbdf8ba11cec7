# SPDX-License-Identifier: MIT
"""`./aril run`: build, boot, and end as the guest ended."""

import contextlib
import math
import sys
from pathlib import Path

import archive
from . import additions, build, command, guest
from .project import IMAGE, KERNEL, PROCMGR, ROOT_PROGRAM, STATUS_WRONG_OPTION, Failure
from .symbols import Stream, Symbols, closing_lines


def root_program(options):
    """The first process: the one given, or the built one."""
    if options.root is None:
        built = ROOT_PROGRAM if options.guest_command is None else PROCMGR
        return build.artefact(options.mode, built)
    path = Path(options.root)
    if not path.is_file():
        raise Failure(f"--root: there is no file {path}", STATUS_WRONG_OPTION)
    return path


def built_files(options):
    """Builds, and gives the image with the bytes of the archive that boots with it."""
    root = root_program(options)
    targets, own, entries = [IMAGE, KERNEL], [], []
    if options.guest_command is not None:
        targets += command.TARGETS
        own, entries = command.files(options.mode), command.entries(options.guest_command)
    elif options.root is None:
        targets.append(ROOT_PROGRAM)
    names = [archive.KERNEL, archive.ROOT, *(name for name, _ in own), *(e.name for e in entries)]
    added = additions.files(options.add, names)
    build.build(options.mode, targets, options.verbose)
    packed = guest.pack(build.artefact(options.mode, KERNEL), root, [*own, *added], entries)
    return build.artefact(options.mode, IMAGE), packed


def run(options):
    image, packed = built_files(options)
    machine = command.machine(options)
    kernel = build.artefact(options.mode, KERNEL)
    if machine.gdb is not None:
        print(f"aril: waiting for: gdb-multiarch {kernel} -ex 'target remote :{machine.gdb}'",
              file=sys.stderr)
    kind = "terminal" if sys.stdin.isatty() and sys.stdout.isatty() else "followed"
    # A person sees everything on one terminal; for everybody else output is output.
    has_port = options.guest_command is not None and kind == "followed"
    boot = guest.boot(machine, image, packed, options.timeout,
                      guest.Console(kind, options.verbose, Symbols(kernel), port=has_port))
    if boot.ending.kind != "off":
        # The guest may have used up the other one's questions with lines of its own.
        explain(boot, Symbols(kernel), seen=sys.stdout.isatty())
    elif boot.errors:
        sys.stderr.buffer.write(boot.errors)
    return boot.ending.status


def explain(boot, symbols, seen=False):
    """How the guest ended, after its last lines unless they were `seen` on the same screen. QEMU
    itself writes to a terminal: so a panic was seen there without its names."""
    panicked = boot.ending.kind == "panic"
    lines = [] if seen and not panicked else closing_lines(boot.output, panicked, symbols)
    if lines:
        print("aril: the last lines of the guest:", file=sys.stderr)
    for line in lines:
        print("  " + line, file=sys.stderr)
    print(f"aril: {boot.ending.sentence}", file=sys.stderr)


def symbolise(options):
    """`./aril symbolise`: a log with names, for the kernel that is built."""
    kernel = build.artefact(options.mode, KERNEL)
    if not kernel.is_file():
        raise Failure(f"symbolise: there is no {kernel}: build the kernel that made the log")
    stream = Stream(Symbols(kernel, questions=math.inf))
    with open(options.file, "rb") if options.file else contextlib.nullcontext(
            sys.stdin.buffer) as log:
        while data := log.read1(1 << 16):
            sys.stdout.buffer.write(stream.feed(data))
            sys.stdout.buffer.flush()
    sys.stdout.buffer.write(stream.close())
    return 0
