# SPDX-License-Identifier: MIT
"""Where the instructions of one spawn go: rows `spawn.step.*`, and functions below them.

QEMU lists each instruction that it executes (`-singlestep -d exec,nochain`). Nothing in the guest
knows of it, so what is counted is what runs otherwise. Of the list, the part from one call of
`ipc::run` to the next is one spawn. Each address has a function by the symbols of its file. What
procmgr does belongs to the step whose function it entered last; what the kernel does for it too.
"""

import json
import os
import re
import subprocess
import tempfile
import threading
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import elf
from . import guest
from .project import Failure
from .symbols import SYMBOLIZER, short_name

ENTRY = "ipc::run"
WARM = 10  # spawns before the one that counts
TRACE = ("-singlestep", "-d", "exec,nochain", "-D")
ADDRESS = re.compile(rb"/([0-9a-f]{16})/")
CHUNK = 1 << 20

# Functions of procmgr with which a step begins. Those that are not here belong to whoever calls
# them.
STEPS = {
    "check": ("image_of", "check_arguments_of"),
    "charge_shell": ("make_process", "show_process_page"),
    "segments": ("add_segments",),
    "stack": ("add_stack",),
    "arguments": ("finish_block", "fill_process_page"),
    "dispatch": ("set_priority", "owe_answer", "launch"),
    "end": ("end_process",),
    "burial": ("end_step",),
    "answer": ("tell", "process_has_ended"),
}
STEP_OF = {f"procmgr::{function}": step for step, names in STEPS.items() for function in names}
# What a message to procmgr begins, by whose it is.
ARRIVALS = {"caller": "request", "child": "exit"}
MESSAGES = "messages"  # what the kernel does between two programs
ORDER = ("caller", "request", *STEPS, "child", "exit", MESSAGES)


@dataclass(frozen=True)
class Place:
    """A place in a program: whose it is, and its functions, the innermost first."""

    owner: str
    functions: tuple = ()


def profile(machine, image, archive, files, timeout):
    """Boots with the trace. `files`: the ELF files of `kernel`, `procmgr`, `caller` and `child`.
    Returns how many instructions each (step, owner, function) has."""
    entry = _address_of(files["caller"], ENTRY)
    with tempfile.TemporaryDirectory(prefix="aril-") as name:
        fifo = Path(name) / "trace"
        os.mkfifo(fifo)
        reader = _Reader(fifo, entry)
        traced = replace(machine, arguments=("profile",),
                         qemu_args=(*machine.qemu_args, *TRACE, str(fifo)))
        reader.start()
        boot = guest.boot(traced, image, archive, timeout)
        reader.finish()
    if (boot.ending.kind, boot.ending.status) != ("off", 0) or reader.spawns <= WARM:
        raise Failure(f"the profile ended with {boot.ending} after {reader.spawns} spawns",
                      details=boot.text)
    window = reader.window
    return count_steps(window, places(files, set(window)))


def rows(counts):
    """The rows of the table; their sum is all there is."""
    sums = Counter()
    for (step, _, _), count in counts.items():
        sums[step] += count
    return [(f"spawn.step.{step}", float(sums[step]), "instructions") for step in ORDER]


def report(counts, most=6):
    """For a person: each step, and the functions in it that need most."""
    for name, total, _ in rows(counts):
        step = name.rsplit(".", 1)[1]
        inside = Counter({key[1:]: count for key, count in counts.items() if key[0] == step})
        yield f"{step:14} {total:8,.0f}"
        for (owner, function), count in inside.most_common(most):
            yield f"{'':14} {count:8,}  {owner}: {function}"


def count_steps(window, place_of):
    """Which step each of the addresses belongs to. The kernel's instructions belong to the program
    that asked, if it goes on afterwards, and else to the message between two programs."""
    counts, pending, owner, step = Counter(), Counter(), None, "caller"
    for address in window:
        place = place_of[address]
        if place.owner == "kernel":
            pending[_function(place)] += 1
            continue
        step_of_kernel = step if place.owner == owner else MESSAGES
        for function, count in pending.items():
            counts[step_of_kernel, "kernel", function] += count
        pending.clear()
        if place.owner != "procmgr":
            step = place.owner
        else:
            if owner != "procmgr":
                step = ARRIVALS.get(owner, step)
            step = next((STEP_OF[name] for name in place.functions if name in STEP_OF), step)
        owner = place.owner
        counts[step, owner, _function(place)] += 1
    for function, count in pending.items():
        counts[MESSAGES, "kernel", function] += count
    return counts


def _function(place):
    return place.functions[-1] if place.functions else "?"


def places(files, addresses):
    """What each address is a part of."""
    found = {}
    for owner, path in files.items():
        ranges = [(load.address, load.end) for load in elf.Elf.read(path).loads()]
        own = {a for a in addresses if any(start <= a < end for start, end in ranges)}
        if own & found.keys():
            raise Failure(f"{path} lies where another program does")
        found.update((a, Place(owner, names)) for a, names in _symbolised(path, own).items())
    if addresses - found.keys():
        raise Failure(f"nothing is known at {min(addresses - found.keys()):#x}")
    return found


def _symbolised(path, addresses):
    text = "\n".join(f"{address:#x}" for address in sorted(addresses))
    done = subprocess.run([SYMBOLIZER, "--output-style=JSON", f"--obj={path}"], input=text + "\n",
                          capture_output=True, text=True, check=True)
    answers = [json.loads(line) for line in done.stdout.splitlines() if line]
    return {int(answer["Address"], 16):
            tuple(short_name(frame["FunctionName"]) for frame in answer["Symbol"]
                  if frame["FunctionName"]) for answer in answers}


def _address_of(path, function):
    """Where a function begins, which has one place and no other of its name."""
    done = subprocess.run(["llvm-nm-19", "--demangle", str(path)], capture_output=True, text=True,
                          check=True)
    found = [line.split(" ", 2)[0] for line in done.stdout.splitlines()
             if line.split(" ", 2)[-1].startswith(function + "(")]
    if len(found) != 1:
        raise Failure(f"{path} has {len(found)} functions {function}")
    return int(found[0], 16)


class _Reader(threading.Thread):
    """Takes the trace from a pipe while QEMU writes, and keeps one spawn of it."""

    def __init__(self, fifo, entry):
        super().__init__(daemon=True)
        self._fifo = fifo
        self._entry = f"{entry:016x}".encode()
        self._kept = []
        self.spawns = 0

    @property
    def window(self):
        return [int(address, 16) for address in self._kept]

    def run(self):
        with open(self._fifo, "rb") as trace:
            rest = b""
            while chunk := trace.read(CHUNK):
                lines, end, rest = (rest + chunk).rpartition(b"\n")
                self._take(ADDRESS.findall(lines + end))

    def finish(self):
        """QEMU has gone. If it never opened the pipe, nobody else would end the wait for it."""
        with open(self._fifo, "wb", opener=lambda path, _: os.open(path, os.O_RDWR)):
            pass
        self.join()

    def _take(self, addresses):
        # What comes before the spawn that counts is dropped as it passes.
        for address in addresses:
            if address == self._entry:
                self.spawns += 1
                if self.spawns <= WARM:
                    self._kept = []
            if self.spawns <= WARM:
                self._kept.append(address)
