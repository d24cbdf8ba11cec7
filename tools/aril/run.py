# SPDX-License-Identifier: MIT
"""`./aril run`: build, boot, and end as the guest ended."""

import contextlib
import math
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import archive
from . import additions, build, fetch, guest, system
from .project import IMAGE, KERNEL, PROCMGR, ROOT_PROGRAM, STATUS_WRONG_OPTION, Failure
from .symbols import Stream, Symbols, closing_lines


def root_program(options):
    """The first process: the one given, or the built one."""
    if options.root is None:
        return build.artefact(options.mode, ROOT_PROGRAM if options.bare else PROCMGR)
    path = Path(options.root)
    if not path.is_file():
        raise Failure(f"--root: there is no file {path}", STATUS_WRONG_OPTION)
    return path


def built_files(options, orders):
    """Builds, and gives the image with what stands in the archive that boots with it."""
    root = root_program(options)
    if options.script is not None and not Path(options.script).is_file():
        raise Failure(f"--script: there is no file {options.script}", STATUS_WRONG_OPTION)
    added = additions.entries(options.add)
    if options.bare:
        targets = [] if options.root else [ROOT_PROGRAM]
    else:
        targets = system.TARGETS
    build.build(options.mode, [IMAGE, KERNEL, *targets], options.verbose)
    own = [] if options.bare else system.entries(options, orders)
    additions.check_names(added, [archive.KERNEL, archive.ROOT, *(entry.name for entry in own)])
    packed = guest.pack(build.artefact(options.mode, KERNEL), root, entries=[*own, *added])
    return build.artefact(options.mode, IMAGE), packed


def run(options):
    gets = [fetch.parse(argument) for argument in options.get]
    in_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    orders = system.orders(options, [get.guest for get in gets], in_terminal)
    image, packed = built_files(options, orders)
    machine = system.machine(options)
    kernel = build.artefact(options.mode, KERNEL)
    if machine.gdb is not None:
        print(f"aril: waiting for: gdb-multiarch {kernel} -ex 'target remote :{machine.gdb}'",
              file=sys.stderr)
    kind = "terminal" if in_terminal else "followed" if options.bare else "aside"
    with contextlib.ExitStack() as stack:
        files = stack.enter_context(tempfile.TemporaryFile()) if gets else None
        boot = guest.boot(machine, image, packed, options.timeout,
                          guest.Console(kind, options.verbose, Symbols(kernel),
                                        files.fileno() if files else None))
        if boot.ending.kind != "off":
            # The guest may have used up the other one's questions with lines of its own.
            explain(boot if kind != "aside" else replace(boot, output=b""), Symbols(kernel),
                    seen=sys.stdout.isatty())
        elif boot.errors:
            sys.stderr.buffer.write(boot.errors)
        off = boot.ending.kind == "off"
        missing = fetch.unpack_all(gets, files) if off and gets else []
    for sentence in missing:
        print(f"aril: {sentence}", file=sys.stderr)
    return boot.ending.status or (1 if missing else 0)


def explain(boot, symbols, seen=False):
    """How the guest ended, after its last lines unless they were `seen` on the same screen."""
    panicked = boot.ending.kind == "panic"
    lines = [] if seen else closing_lines(boot.output, panicked, symbols)
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
