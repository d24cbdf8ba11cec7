# SPDX-License-Identifier: MIT
"""Level fuzz: each libFuzzer target for a short while, from its seeds and what it found before.

Seeds stand in tests/fuzz/corpus/NAME; inputs that it finds are kept in build/fuzz/NAME, and so is
the input of a failure.
"""

from .. import build, checks, processes
from ..project import BUILD, ROOT, last_lines

MODE = "debug"
SECONDS = 8
GRACE = 120


def run(selection, report, seconds=SECONDS):
    build.build(MODE, [], selection.verbose)
    programs = sorted(path for path in build.artefact(MODE, "tests/fuzz").glob("fuzz_*")
                      if path.is_file() and path.stat().st_mode & 0o100)
    found = [checks.Check(f"fuzz: {path.name}: no input is too bad",
                          lambda path=path: _fuzz(path, seconds), alone=False)
             for path in programs]
    checks.run([check for check in found if selection.takes(check.name)], report)


def _fuzz(program, seconds):
    name = program.name.removeprefix("fuzz_")
    kept = BUILD / "fuzz" / name
    kept.mkdir(parents=True, exist_ok=True)
    folders = [kept] + [seeds for seeds in [ROOT / "tests" / "fuzz" / "corpus" / name]
                        if seeds.is_dir()]
    status, _, errors = processes.finished(
        [str(program), f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=2048",
         f"-artifact_prefix={BUILD / 'fuzz'}/{name}-", *map(str, folders)], seconds + GRACE)
    if status != 0:
        ended = "it did not end in time" if status is None else f"status {status}"
        checks.fail("\n".join([ended, *last_lines(errors, 30)]))
    if "Done " not in errors:
        checks.fail("\n".join(["it ran no input", *last_lines(errors)]))
