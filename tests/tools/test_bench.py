# SPDX-License-Identifier: MIT
"""The table of `./aril bench`: what the guest prints, and the figures that stand beside it."""

import json
import re

from aril import bench, system
from aril.checks import cases, expect, expect_equal, fail
from aril.project import Failure


def test_rows_are_read_among_other_lines():
    rows = bench.guest_rows(["boot: hello", "bench boot.root 4200000 instructions", "",
                             "bench ipc.round_trip.w0 175.5 instructions"])
    expect_equal(rows, [("boot.root", 4200000.0, "instructions"),
                        ("ipc.round_trip.w0", 175.5, "instructions")], "the rows")


def test_rows_of_programs_lose_what_procmgr_puts_in_front():
    lines = ["procmgr: hello", "[1] bench spawn.tiny 21000 instructions", "[12] [3] x", "[x] y"]
    expect_equal(system.said(lines), ["procmgr: hello", "bench spawn.tiny 21000 instructions",
                                       "[3] x", "[x] y"], "what was said")


@cases({
    "nothing": [], "no value": ["bench boot.root instructions"], "no unit": ["bench boot.root 1"],
    "no number": ["bench boot.root many instructions"], "negative": ["bench a -1 instructions"],
    "one word more": ["bench a 1 instructions exactly"],
    "twice": ["bench a 1 instructions", "bench a 2 instructions"],
})
def test_a_table_that_is_not_whole_is_refused(lines):
    try:
        bench.guest_rows(lines)
    except Failure:
        return
    fail("it was taken")


def test_anchors_stand_beside_the_rows_that_have_some():
    rows = bench.with_anchors([("ipc.round_trip.w0", 175.0, "instructions"), ("new", 1.5, "x")])
    expect(rows[0]["anchors"]["seL4 gcc"] == 414, f"the anchors are {rows[0]['anchors']}")
    expect_equal((rows[0]["value"], rows[1]["anchors"]), (175, {}), "value and anchors")
    lines = bench.table(rows)
    expect("175" in lines[0] and "seL4 gcc 414" in lines[0], lines[0])


def test_recorded_anchors_are_names_and_positive_numbers():
    for name, peers in json.loads(bench.ANCHORS.read_text())["rows"].items():
        expect(re.fullmatch(r"[a-z0-9_]+(\.[a-z0-9_]+)+", name), f"{name} is no row name")
        expect(peers and all(value > 0 for value in peers.values()), f"{name}: {peers}")
