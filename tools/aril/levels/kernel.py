# SPDX-License-Identifier: MIT
"""Level kernel: the tests inside the guest, each a system call, method, error or fault."""

from dataclasses import replace

from .. import build, checks, guest, tap
from ..project import IMAGE, KERNEL, KERNEL_TESTS
from ..symbols import Symbols, closing_lines

TIMEOUT = 120
CONTROLLERS = {"gicv2": "gic-version=2", "gicv3": "gic-version=3"}


def run(selection, report):
    boots = []
    for mode in selection.modes():
        build.build(mode, [IMAGE, KERNEL, KERNEL_TESTS], selection.verbose)
        for label, controller in CONTROLLERS.items():
            name = f"kernel: {mode}, {label}"
            boots.append(checks.Check(
                f"{name}: the run is whole", lambda mode=mode, controller=controller, name=name:
                _boot(selection, report, (mode, controller, name)), alone=False))
    checks.run(boots, report)


def _boot(selection, report, what):
    """One boot with all its tests; raises if the boot itself was not a whole run."""
    mode, controller, name = what
    archive = guest.pack(build.artefact(mode, KERNEL), build.artefact(mode, KERNEL_TESTS))
    machine = replace(selection.machine, machine=(controller, *selection.machine.machine))
    boot = guest.boot(machine, build.artefact(mode, IMAGE), archive, selection.timeout or TIMEOUT)
    stream = tap.read(boot.lines)
    for result in stream.results:
        full_name = f"{name}: {result.name}"
        if selection.takes(full_name):
            report.result(full_name, None if result.passed
                          else "\n".join(result.diagnostics) or "not ok")
    problems = problems_of(stream, boot.ending)
    if problems:
        symbols = Symbols(build.artefact(mode, KERNEL))
        checks.fail("\n".join([*problems, "the guest's last lines:", *closing_lines(
            boot.output, boot.ending.kind == "panic", symbols)]))


def problems_of(stream, ending):
    """Why a boot is not a whole, honest run of its tests. Failed tests alone are no reason."""
    problems = [ending.sentence] if ending.kind != "off" else []
    problems += stream.problems
    wanted = 1 if stream.failed else 0
    if ending.kind == "off" and ending.status != wanted:
        problems.append(f"the guest powered off with status {ending.status}, and with "
                        f"{stream.failed} failed tests it should be {wanted}")
    return problems
