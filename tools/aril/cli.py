# SPDX-License-Identifier: MIT
"""The commands of `./aril` and their options."""

import argparse
import os
import re
import shlex
import signal
import sys
import traceback

from .machine import Machine
from .project import (MODES, STATUS_BROKEN_PIPE, STATUS_OWN_FAILURE, STATUS_WRONG_OPTION, Failure,
                      last_lines)

# Options whose value may itself begin with a dash, which argparse takes only in the form with `=`.
VALUE_MAY_BE_AN_OPTION = ("--qemu-arg", "--append", "-c", "--add", "--script", "--get")


class Parser(argparse.ArgumentParser):
    def error(self, message):
        command = self.prog.removeprefix("aril ") if self.prog != "aril" else ""
        raise Failure(f"{command + ': ' if command else ''}{message} (see ./{self.prog} --help)",
                      STATUS_WRONG_OPTION)


def _memory(text):
    if not re.fullmatch(r"[1-9]\d*[MG]", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no memory size: a number with M or G")
    return text


def _at_least_one(kind, at_most=999_999):
    def parse(text):
        try:
            value = kind(text)
        except ValueError:
            value = 0
        if not 0 < value <= at_most:
            raise argparse.ArgumentTypeError(f"{text!r} is no number above zero, up to {at_most}")
        return value

    return parse


def _qemu_words(text):
    """`--qemu-arg "-cpu max"` and `--qemu-arg -cpu --qemu-arg max` mean the same."""
    try:
        return shlex.split(text) if text.startswith("-") else [text]
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r}: {error}") from None


def _add_machine_options(parser, machine=Machine()):
    add = parser.add_argument
    add("--memory", type=_memory, default=machine.memory, metavar="SIZE",
        help="memory of the machine, such as 256M or 3G (%(default)s)")
    add("--cpus", type=_at_least_one(int), default=machine.cpus, metavar="N",
        help="number of CPUs (%(default)s)")
    add("--cpu", default=machine.cpu, metavar="MODEL", help="QEMU's CPU model (%(default)s)")
    add("--machine", action="append", default=[], metavar="PROPERTY",
        help="a property of QEMU's machine virt, such as gic-version=3")
    add("--icount", action="store_true",
        help="deterministic: one instruction is one nanosecond of virtual time")
    add("--qemu-arg", action="append", default=[], type=_qemu_words, metavar="X",
        help="one more argument for QEMU; may be repeated")
    add("--append", action="append", default=[], metavar="KEYS",
        help="more keys for the boot command line")
    add("--timeout", type=_at_least_one(float), metavar="S",
        help="give a guest up after S seconds (status 124)")


def _add_command(commands, name, text, machine=True, takes_arguments=False):
    parser = commands.add_parser(name, help=text, description=text, allow_abbrev=False)
    parser.add_argument("-v", "--verbose", action="store_true",
                        help="show what is run and what it prints")
    parser.set_defaults(takes_arguments=takes_arguments)
    if machine:
        _add_machine_options(parser)
    return parser


def _parser():
    parser = Parser(prog="aril", allow_abbrev=False,
                    description="Sets up, builds, boots, tests and measures this system.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_command(commands, "setup", "install what is missing", machine=False)

    run = _add_command(commands, "run", "build and boot; a shell, or one command",
                       takes_arguments=True)
    image = _add_command(commands, "image", "write what QEMU boots, and the command that boots it",
                         takes_arguments=True)
    for command in (run, image):
        command.add_argument("--mode", choices=MODES, default="release", help="(%(default)s)")
        command.add_argument("-c", dest="guest_command", metavar="LINE",
                             help="run this line of the shell, and end with its status")
        command.add_argument("--script", metavar="FILE",
                             help="run this file of the host; its arguments stand after --")
        command.add_argument("--add", action="append", default=[], metavar="HOST[:GUEST]",
                             help="a file or tree for the guest; may be repeated")
        command.add_argument("--bare", action="store_true",
                             help="the kernel alone, with a first process that shows what it does; "
                                  "its arguments stand after --")
        command.add_argument("--root", metavar="FILE",
                             help="the kernel alone, with this ELF file as the first process")
    run.add_argument("--get", action="append", default=[], metavar="GUEST:HOST",
                     help="bring a file or tree out when the command has ended; may be repeated")
    run.add_argument("--gdb", nargs="?", type=_at_least_one(int, 65535), const=1234, metavar="PORT",
                     help="wait for a debugger on a port of this host (1234)")
    image.add_argument("-o", "--output", default="build/image", metavar="DIR",
                       help="where to (%(default)s)")

    test = _add_command(commands, "test", "run all tests, or those of some levels")
    test.add_argument("levels", nargs="*", metavar="LEVEL",
                      help="unit, style, kernel, system, fuzz (these by default) or soak")
    test.add_argument("-k", dest="pattern", default="", metavar="PATTERN",
                      help="only tests whose name contains PATTERN")
    test.add_argument("--mode", choices=MODES, help="only this mode, where both are tested")

    bench = _add_command(commands, "bench", "instructions per operation, beside recorded peers")
    bench.add_argument("--json", metavar="FILE", help="write the rows to a file as well")
    bench.add_argument("--profile", action="store_true",
                       help="show which functions a spawn's instructions go to")
    sdk = _add_command(commands, "sdk", "write what programs outside this tree are built with",
                       machine=False)
    sdk.add_argument("folder", metavar="DIR", help="where to")
    sdk.add_argument("--mode", choices=MODES, default="release", help="(%(default)s)")
    symbolise = _add_command(commands, "symbolise",
                             "put names to the addresses in what a kernel printed", machine=False)
    symbolise.add_argument("file", nargs="?", metavar="FILE", help="the output (standard input)")
    symbolise.add_argument("--mode", choices=MODES, default="release", help="(%(default)s)")
    return parser


def parse(arguments):
    """The options as a namespace, with the machine that they describe in `machine_to_boot`."""
    before, guest_arguments = arguments, []
    if "--" in arguments:
        split = arguments.index("--")
        before, guest_arguments = arguments[:split], arguments[split + 1 :]
    options = _parser().parse_args(_with_joined_values(before))
    if "--" in arguments and not options.takes_arguments:
        raise Failure(f"{options.command} takes no arguments for the guest", STATUS_WRONG_OPTION)
    if options.takes_arguments:
        options.bare = options.bare or options.root is not None
        options.words = guest_arguments
        _check_what_goes_together(options, "--" in arguments)
    if options.command not in ("setup", "sdk", "symbolise"):
        options.machine_to_boot = Machine(
            memory=options.memory, cpus=options.cpus, cpu=options.cpu,
            machine=tuple(options.machine), icount=options.icount,
            gdb=getattr(options, "gdb", None), append=tuple(options.append),
            qemu_args=tuple(word for words in options.qemu_arg for word in words),
            arguments=tuple(guest_arguments) if getattr(options, "bare", False) else ())
        options.machine_to_boot.boot_line()  # refuses what cannot be passed, before a long build
    return options


def _check_what_goes_together(options, has_words):
    chosen = [name for name, is_chosen in (("--bare or --root", options.bare),
                                           ("-c", options.guest_command is not None),
                                           ("--script", options.script is not None)) if is_chosen]
    if len(chosen) > 1:
        sentence = f"{' and '.join(chosen)} do not go together"
    elif options.bare and getattr(options, "get", []):
        sentence = "--get does not go with --bare or --root: the kernel has no files"
    elif has_words and not options.bare and options.script is None:
        sentence = "arguments after -- go with --script, --bare or --root"
    else:
        return
    raise Failure(f"{options.command}: {sentence}", STATUS_WRONG_OPTION)


def _with_joined_values(arguments):
    joined, rest = [], iter(arguments)
    for argument in rest:
        value = next(rest, None) if argument in VALUE_MAY_BE_AN_OPTION else None
        joined.append(argument if value is None else f"{argument}={value}")
    return joined


def _dispatch(options):
    # Each command is imported when it is used: `run` should not pay for what `test` needs.
    from . import build

    prepared = build.prepare(options.verbose) if options.command != "test" else False
    match options.command:
        case "setup":
            print("aril: everything is there" + (" now" if prepared else ""))
            return 0
        case "run":
            from .run import run
            return run(options)
        case "image":
            from .image import image
            return image(options)
        case "bench":
            from .bench import bench
            return bench(options)
        case "test":
            from .test import test
            return test(options)
        case "sdk":
            from .sdk import sdk
            return sdk(options)
        case "symbolise":
            from .run import symbolise
            return symbolise(options)


def complain(failure):
    """Details first and the sentence last, where the eye is."""
    for line in last_lines(failure.details, 40):
        print("  " + line, file=sys.stderr)
    print(f"aril: {failure.sentence}", file=sys.stderr)


class _Ended(BaseException):
    """A signal asked us to end. What is being done is undone on the way out: QEMU must not stay."""

    def __init__(self, number, _frame):
        super().__init__()
        self.number = number


def _repair_standard_streams():
    """Whoever starts us may have closed some; and no output may fail for lack of a letter."""
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            # A new file gets the lowest number that is free, which is this one. QEMU needs it too.
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
            setattr(sys, name, open(number, mode, closefd=False))
    sys.stdout.reconfigure(errors="replace")
    sys.stderr.reconfigure(errors="replace")


def main(arguments):
    def end(number, frame):
        raise _Ended(number, frame)

    _repair_standard_streams()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)
    try:
        return _dispatch(parse(arguments))
    except Failure as failure:
        complain(failure)
        return failure.status
    except _Ended as ended:
        print(f"aril: ended by {signal.Signals(ended.number).name}", file=sys.stderr)
        return 128 + ended.number
    except BrokenPipeError:
        # Whoever read our output has gone. Python would complain once more when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return STATUS_BROKEN_PIPE
    except OSError as error:
        complain(Failure(str(error)))
    except Exception as error:  # a mistake of ours: one line, unless somebody wants to find it
        details = traceback.format_exc() if {"-v", "--verbose"} & set(arguments) else ""
        complain(Failure(f"this is a mistake in ./aril itself: {error!r}", details=details))
    return STATUS_OWN_FAILURE
