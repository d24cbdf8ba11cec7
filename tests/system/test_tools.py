# SPDX-License-Identifier: MIT
"""The small tools of /bin, held against GNU's: the same lines run on the host and in the guest, and
output and status must be the same, byte for byte. Complaints have words of their own; whether there
is one must be the same, and whether the status is 0."""

import functools
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from aril.checks import expect, fail
from aril.project import ROOT
from tool_cases import CASES, FILES, LINKS, OWN

GUEST_SECONDS = 120
CASE_SECONDS = 20
ENVIRONMENT = {"LC_ALL": "C", "TZ": "UTC", "PATH": "/usr/bin:/bin", "HOME": "/"}


@dataclass(frozen=True)
class Ran:
    status: int
    output: bytes
    complained: bool

    def means_the_same(self, other):
        """What is wrong usage has the status 2 here, and 1 or 2 there."""
        statuses = (self.status, other.status)
        return (self.output, self.complained) == (other.output, other.complained) and (
            self.status == other.status or (self.complained and 0 not in statuses))


def _make_files(folder):
    for name, contents in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(contents)
        (folder / name).chmod(0o644)
    for name, target in LINKS.items():
        (folder / name).symlink_to(target)


def _on_host(folder):
    # Of the tools themselves, and not of what the shell has instead.
    builtins = "enable -n echo false printf pwd true; "
    for case in CASES:
        done = subprocess.run(["bash", "-c", f"{builtins} {{ {case}\n}}"], cwd=folder,
                              env=ENVIRONMENT, stdin=subprocess.DEVNULL, capture_output=True,
                              check=False, timeout=CASE_SECONDS)
        yield Ran(done.returncode, done.stdout, bool(done.stderr))


def _script():
    """All cases, with what each leaves behind in three files."""
    lines = ["mkdir /out", "cd /files"]
    for number, case in enumerate([*CASES, *OWN]):
        lines.append(f"{{ {case}\n}} < /dev/null > /out/{number}.out 2> /out/{number}.err")
        lines.append(f"echo $? > /out/{number}.status")
    return "\n".join(lines) + "\n"


def _aril(*arguments):
    return subprocess.run([str(ROOT / "aril"), "run", "--timeout", str(GUEST_SECONDS),
                           *map(str, arguments)], cwd=ROOT, stdin=subprocess.DEVNULL,
                          capture_output=True, check=False, timeout=300)


def _in_guest(folder, files):
    (folder / "script").write_text(_script())
    done = _aril("--script", folder / "script", "--add", f"{files}:/files",
                 "--get", f"/out:{folder / 'out'}")
    expect((folder / "out").is_dir(), f"nothing came back: {done.returncode}\n"
           f"{done.stdout.decode(errors='replace')}\n{done.stderr.decode(errors='replace')}")
    for number in range(len(CASES) + len(OWN)):
        status, output, errors = ((folder / "out" / f"{number}.{kind}").read_bytes()
                                  for kind in ("status", "out", "err"))
        yield Ran(int(status), output, bool(errors)), errors


@functools.cache
def _results():
    """What the cases did on the host, and what all lines did in the guest, with complaints."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "files").mkdir()
        _make_files(folder / "files")
        guest = list(_in_guest(folder, folder / "files"))
        host = list(_on_host(folder / "files"))
    return host, guest


def _shown(output):
    text = repr(output)
    return text if len(text) < 300 else f"{text[:300]}... ({len(output)} bytes)"


def test_the_tools_do_what_those_of_gnu_do():
    host, guest = _results()
    wrong = [f"{case}\n  GNU:  {there.status} {_shown(there.output)}\n"
             f"  ours: {here.status} {_shown(here.output)} {_shown(errors)}"
             for case, there, (here, errors) in zip(CASES, host, guest, strict=False)
             if not here.means_the_same(there)]
    if wrong:
        fail(f"{len(wrong)} of {len(CASES)}:\n" + "\n".join(wrong))


def test_what_no_other_system_can_be_asked_for():
    """Without an output in the table: there is a complaint and a status of 1 or more."""
    _, guest = _results()
    today = re.compile(rb"20\d\d-\d\d-\d\d \d\d:\d\d link")
    wrong = []
    for (case, output), (here, errors) in zip(OWN.items(), guest[len(CASES):], strict=True):
        seen = today.sub(b"TODAY link", here.output)
        is_right = here.status != 0 and here.complained if output is None else \
            (seen, errors) == (output.encode(), b"")
        if not is_right:
            wrong.append(f"{case}\n  {here.status} {_shown(here.output)} {_shown(errors)}")
    if wrong:
        fail("\n".join(wrong))
