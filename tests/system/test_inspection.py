# SPDX-License-Identifier: MIT
"""What the programs of user/inspect tell, as JSON and as text, held against what is known."""

import json

from aril.checks import cases, expect, expect_equal
from support import aril

MIB = 1 << 20
PAGE = 4096
DENIED = "denied: this needs the capability `inspect`, and the program has none\n"


def _run(line, *options):
    """One boot: status, output, errors."""
    return aril("run", "--timeout", "60", *options, "-c", line)


def _json_of(*commands, options=()):
    """What these commands print, all in one boot."""
    line = "; echo %%%%; ".join(f"{command} --json" for command in commands)
    status, output, errors = _run(line, *options)
    expect_equal((status, errors), (0, ""), f"the ending of {line}\n{output}")
    return [json.loads(part) for part in output.split("%%%%")]


@cases({size: (size, mib) for size, mib in (("256M", 256), ("1G", 1024), ("3G", 3072))})
def test_mem_tells_of_the_machines_memory(case):
    size, mib = case
    mem, free, pools = _json_of("mem", "free", "pools", options=("--memory", size))
    expect_equal(mem["total_bytes"], mib * MIB, "all memory")
    parts = [value for key, value in mem.items()
             if key.endswith("_bytes") and key != "total_bytes"]
    expect_equal(sum(parts), mib * MIB, f"the parts make up the whole: {mem}")
    expect(0 < mem["other_bytes"] < 16 * MIB, f"little is without a name: {mem}")
    expect(mem["free_bytes"] > mib * MIB // 2, f"most of it is free: {mem}")
    row, = free
    expect_equal(row["total_bytes"], row["used_bytes"] + row["free_bytes"], "used and free")
    expect({"process shells", "handles", "regions"} <= {row["what"] for row in pools},
           f"pools: {pools}")


def test_ps_lists_the_servers_and_itself():
    processes, threads, accounts, mounts = _json_of("ps", "threads", "ledger", "mounts")
    by_name = {process["name"]: process for process in processes}
    expect({"console", "vfs", "reporter", "init", "ps"} <= set(by_name), f"names: {list(by_name)}")
    expect(by_name["vfs"]["server"] and not by_name["ps"]["server"], "who is a server")
    expect_equal(by_name["vfs"]["waits_for"], "a request", "what vfs waits for")
    expect_equal(by_name["init"]["waits_for"], "procmgr", "init waits for its child's end")
    pids = {process["pid"] for process in processes}
    expect_equal(len(pids), len(processes), "each pid is there once")
    parent = by_name["ps"]["parent"]
    expect(parent in pids, f"the parent of ps is {parent}")
    expect(all(process["memory_bytes"] % PAGE == 0 and process["age_ns"] >= process["cpu_ns"] > 0
               for process in processes if process["name"] != "ps"), f"numbers: {processes}")
    names = {thread["pid"]: thread["name"] for thread in threads}
    expect_equal(names[0], "procmgr", "the first thread")
    expect(all(names.get(by_name[name]["pid"]) == name for name in ("console", "vfs", "init")),
           f"threads: {threads}")
    root = accounts[0]
    expect_equal((root["id"], root["parent"], root["pages_limit"]), (1, 0, None), "the root")
    expect({"archive", "memory", "devices"} <= {mount["kind"] for mount in mounts},
           f"mounts: {mounts}")


def test_the_inside_of_a_process():
    vfs = 2
    caps, regions, page, none, open_files = _json_of(
        f"caps {vfs}", f"vm {vfs}", f"vm {vfs} 0x7fffff0000", f"vm {vfs} 0x10", "files 4")
    named = {cap["name"]: cap for cap in caps if cap["name"]}
    expect_equal((named["self"]["to"], named["serve"]["to"]), ("procmgr self", "vfs"),
                 "endpoints have names")
    expect("receive" in named["serve"]["rights"], f"vfs receives: {named['serve']}")
    kinds = [region["kind"] for region in regions]
    expect("image" in kinds and "stack" in kinds, f"regions: {kinds}")
    expect_equal(sorted(int(region["start"], 16) for region in regions),
                 [int(region["start"], 16) for region in regions], "in order")
    expect(all(int(region["end"], 16) - int(region["start"], 16) == region["length_bytes"]
               for region in regions), "lengths")
    expect_equal((page["mapped"], page["access"], page["page_bytes"]), (True, "rw-", PAGE),
                 "the process page")
    expect_equal((none["mapped"], none["physical_address"]), (False, None), "nothing at 0x10")
    expect(isinstance(open_files, list), f"open files: {open_files}")


def test_ends_are_told():
    line = ("spawn --json --wait false; spawn --json --suspended sleep 100; "
            "echo %%%%; exitlog --json")
    status, output, errors = _run(line)
    expect_equal((status, errors), (0, ""), f"the ending\n{output}")
    first, log = output.split("%%%%")
    ended, started = [json.loads(part) for part in first.splitlines()]
    expect_equal((ended["how"], ended["status"]), ("exited with 1", 1), "how `false` ends")
    expect(started["pid"] > ended["pid"], "pids grow")
    noted = {entry["pid"]: entry for entry in json.loads(log)}
    expect_equal((noted[ended["pid"]]["name"], noted[ended["pid"]]["how"]),
                 ("false", "exited with 1"), "the log of ends")
    expect(started["pid"] not in noted, "what is suspended has not ended")


def test_processes_are_stopped_and_killed_by_pid():
    line = ("sleep 100 & victim=$!; suspend $victim; ps; /bin/kill -9 $victim; exitlog; "
            "spawn --suspended true; /bin/kill 999")
    status, output, errors = _run(line)
    expect_equal(status, 1, f"the last kill fails\n{output}{errors}")
    expect("suspended" in output, f"ps shows it\n{output}")
    ends = output[output.index("ENDED AGO"):].splitlines()
    expect(any("sleep" in end and "killed by " in end for end in ends), f"the ends\n{output}")
    expect("kill: 999: there is no such process\n" in errors, errors)


def test_what_is_suspended_can_go_on():
    # The shell is process 5: the manifest has four servers.
    status, output, errors = _run("spawn --suspended false; resume 7; sleep 1; exitlog --json")
    expect_equal((status, errors), (0, ""), f"the ending\n{output}")
    first, log = output.split("\n", 1)
    expect_equal(first.split(), ["process", "7"], "what was spawned")
    ends = {entry["pid"]: entry["how"] for entry in json.loads(log)}
    expect_equal(ends[7], "exited with 1", "how it ended")


def test_text_is_for_people():
    status, output, errors = _run("ps; spawn --explain hello 1 2; log")
    expect_equal((status, errors), (0, ""), f"the ending\n{output}")
    lines = output.splitlines()
    expect(lines[0].split()[:3] == ["PID", "ACCOUNT", "STATE"], lines[0])
    width = lines[0].index("NAME")
    expect(all(line[width:].strip() for line in lines[1:5]), f"columns are aligned\n{output}")
    expect(any(line.startswith("pages of its own, at most") for line in lines), output)
    expect(all(line == line.rstrip() for line in lines), "no blanks at the end of a line")


@cases({name: name for name in ("ps", "threads", "mem", "pools", "ledger", "exitlog", "log",
                                "caps 1", "vm 1", "files 1", "kill 1", "wait 1", "suspend 1")})
def test_without_the_capability_it_is_denied(command):
    line = f"without inspect /bin/{command}"
    status, output, errors = _run(line)
    expect_equal((status, output, errors), (1, "", f"{command.split()[0]}: {DENIED}"), line)
