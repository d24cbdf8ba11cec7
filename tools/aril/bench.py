# SPDX-License-Identifier: MIT
"""`./aril bench`: instructions per operation, beside what others need for the same.

The guest measures itself and prints `bench NAME VALUE UNIT` lines. Under `-icount shift=0` an
instruction is a nanosecond of virtual time, so the figures are the same on every machine.
"""

import json
import re
from dataclasses import replace
from pathlib import Path

import archive
import elf
import source
from . import build, guest, profile, system
from .project import (BENCH, IMAGE, KERNEL, PROCMGR, PROGRAMS_TARGET, PROMPT_BENCH,
                      PROMPT_MANIFEST, ROOT, SPAWN_BENCH, VFS_BENCH, VFS_MANIFEST, Failure)
from .run import explain
from .symbols import Symbols

ROW = re.compile(r"bench ([a-z0-9_.]+) (\d+(?:\.\d+)?) (\S+)")
ANCHORS = Path(__file__).with_name("anchors.json")
MODE = "release"
DEFAULT_TIMEOUT = 300


def bench(options):
    build.build(MODE, [IMAGE, KERNEL, BENCH, PROCMGR, *SPAWN_BENCH.values(), *VFS_BENCH.values(),
                       *PROMPT_BENCH.values(), PROGRAMS_TARGET], options.verbose)
    machine = replace(options.machine_to_boot, icount=True)
    timeout = options.timeout or DEFAULT_TIMEOUT
    measured = []
    for packed in (pack(BENCH, {}), pack(PROCMGR, SPAWN_BENCH),
                   pack(PROCMGR, VFS_BENCH, {"etc/manifest": VFS_MANIFEST}), pack_prompt()):
        boot = guest.boot(machine, build.artefact(MODE, IMAGE), packed, timeout,
                          guest.Console(verbose=options.verbose))
        if boot.ending.kind != "off":
            explain(boot, Symbols(build.artefact(MODE, KERNEL)))
            return boot.ending.status
        if boot.ending.status != 0:
            raise Failure(f"the benchmark ended with status {boot.ending.status}",
                          boot.ending.status, boot.text)
        measured += guest_rows(system.said(boot.lines))
    steps = spawn_profile(machine, timeout)
    rows = with_anchors(measured + profile.rows(steps) + host_rows())
    print("\n".join(table(rows)))
    if options.profile:
        print("", "spawn.tiny by step and function:", *profile.report(steps), sep="\n")
    if options.json:
        Path(options.json).write_text(json.dumps({"rows": rows}, indent=2) + "\n")
    return 0


def pack(root, files, others=None):
    """An archive of what the build makes, and of other files, by their names in it."""
    built = [(name, build.artefact(MODE, path)) for name, path in files.items()]
    return guest.pack(build.artefact(MODE, KERNEL), build.artefact(MODE, root),
                      [*built, *(others or {}).items()])


def pack_prompt():
    """All that `./aril run` has in a terminal, and the witness of its prompt."""
    orders = system.Orders(variables=(("TERM", "vt100"),), window=(80, 24))
    others = {**dict(build.programs(MODE)), "etc/manifest": PROMPT_MANIFEST}
    return [*pack(PROCMGR, PROMPT_BENCH, others), archive.Entry("etc/orders", orders.encoded())]


def spawn_profile(machine, timeout):
    """The instructions of one spawn.tiny, by step, program and function."""
    files = {"kernel": KERNEL, "procmgr": PROCMGR, "caller": SPAWN_BENCH["bin/init"],
             "child": SPAWN_BENCH["bin/tiny"]}
    return profile.profile(machine, build.artefact(MODE, IMAGE), pack(PROCMGR, SPAWN_BENCH),
                           {owner: build.artefact(MODE, path) for owner, path in files.items()},
                           timeout)


def guest_rows(lines):
    """The measured rows; a line that should be one and is not is an error, not a gap."""
    rows = []
    for line in lines:
        if not line.startswith("bench "):
            continue
        match = ROW.fullmatch(line.strip())
        if match is None:
            raise Failure(f"the guest printed a row that cannot be read: {line!r}")
        rows.append((match.group(1), float(match.group(2)), match.group(3)))
    names = [name for name, _, _ in rows]
    twice = sorted({name for name in names if names.count(name) > 1})
    if not rows or twice:
        raise Failure(f"the guest measured {', '.join(twice)} twice" if twice
                      else "the guest measured nothing")
    return rows


def host_rows():
    kernel = elf.Elf.read(build.artefact(MODE, KERNEL))
    return [("size.kernel_text", kernel.code_bytes(), "bytes"),
            ("size.kernel_lines", code_lines(ROOT / "kernel"), "lines"),
            ("size.procmgr_lines", code_lines(ROOT / "servers" / "procmgr"), "lines")]


def code_lines(folder):
    return sum(source.code_lines(path.read_text()) for path in sorted(folder.rglob("*"))
               if path.suffix in (".cpp", ".hpp"))


def with_anchors(rows):
    anchors = json.loads(ANCHORS.read_text())["rows"]
    return [{"name": name, "value": int(value) if value == int(value) else value, "unit": unit,
             "anchors": anchors.get(name, {})} for name, value, unit in rows]


def table(rows):
    """Lines of text, each with the row's own anchors behind it: peers differ from row to row."""
    width = max(len(row["name"]) for row in rows)
    lines = []
    for row in rows:
        peers = ", ".join(f"{peer} {value:,}" for peer, value in row["anchors"].items())
        line = f"{row['name']:{width}}  {row['value']:>12,} {row['unit']:<12}  {peers}"
        lines.append(line.rstrip())
    return lines
