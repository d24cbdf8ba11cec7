# SPDX-License-Identifier: MIT
"""procmgr's promises: the program of tests/procmgr runs as bin/init, one theme in each boot."""

import archive
from aril import system
from aril.checks import cases, expect, expect_equal
from aril.machine import Machine
from aril.project import MODES, PROCMGR, PROCMGR_TESTS
from support import artefact, boot, packed, shown

# Theme -> memory of the machine. Effort is how much of what takes long.
THEMES = {
    "ledger": "256M",
    "elf": "256M",
    "start": "256M",
    "sweep": "256M",
    "cold": "1G",
    "rights": "256M",
    "records": "256M",
    "jobs": "256M",
    "attacks": "256M",
    "large": "1G",
    "crash": "256M",
    "handler": "256M",
    "watch": "256M",
    "system": "256M",
}
# What the first program may do beside the usual, by theme.
MANIFESTS = {"crash": """
server init
  image = bin/init
  priority = 100
  on_exit = poweroff
  grant spawner = spawner priority 200
  grant modules = modules
  grant 16 = crashes
  grant 17 = device arm,pl031
""", "system": """
server init
  image = bin/init
  priority = 100
  on_exit = poweroff
  grant spawner = spawner priority 200
  grant modules = modules
  grant inspect = inspect
"""}
EFFORT = {"debug": "1", "release": "10"}
TIMEOUT = 300


def _program(theme, mode):
    entries = [archive.Entry("bin/init", artefact(PROCMGR_TESTS, mode).read_bytes())]
    if theme in MANIFESTS:
        entries.append(archive.Entry("etc/manifest", MANIFESTS[theme].encode()))
    return packed(kernel=artefact("kernel/kernel.elf", mode).read_bytes(),
                  root=artefact(PROCMGR, mode).read_bytes(), extra=entries)


@cases({f"{theme}, {mode}": (theme, mode) for mode in MODES for theme in THEMES})
def test_procmgr_keeps_its_promises(case):
    theme, mode = case
    machine = Machine(memory=THEMES[theme], arguments=(theme, EFFORT[mode]))
    result = boot(_program(theme, mode), machine, mode, TIMEOUT)
    lines = system.said(result.lines)
    results = [line for line in lines if line.startswith(("ok ", "not ok "))]
    failed = [line for line in results if line.startswith("not ok ")]
    expect(not failed, "\n".join(failed) + "\n" + shown(result))
    expect_equal((result.ending.kind, result.ending.status), ("off", 0),
                 f"the ending\n{shown(result)}")
    expect(f"1..{len(results)}, 0 failed" in lines and results, f"the plan\n{shown(result)}")
