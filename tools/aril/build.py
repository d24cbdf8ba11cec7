# SPDX-License-Identifier: MIT
"""Sets build folders up with meson and builds with ninja.

One folder per mode, `build/debug` and `build/release`. Both are quiet: output appears when it
explains a failure, or with --verbose.
"""

import contextlib
import fcntl
import re
import shutil
import subprocess
import sys
from pathlib import Path

from . import libfdt, packages
from .project import BUILD, LIBFDT, MODES, ROOT, Failure, last_lines

MACHINE_FILES = ("build-aux/aarch64.ini", "build-aux/native.ini")
STAMP = "aril-setup.txt"


def prepare(verbose):
    """`./aril setup`: installs and fetches what is missing. Tells whether anything was."""
    needed = packages.missing()
    if needed:
        packages.install(needed, verbose)
    fetched = not libfdt.present()
    if fetched:
        libfdt.fetch(verbose)
    return bool(needed) or fetched


def folder(mode):
    return BUILD / mode


def artefact(mode, name):
    return folder(mode) / name


def programs(mode):
    """What stands in /bin, as (name in the archive, path). Meson writes the list."""
    paths = (folder(mode) / "build-aux" / "programs.txt").read_text().split("\n")
    return [(f"bin/{Path(path).name}", Path(path)) for path in paths if path]


def build(mode, targets, verbose=False):
    """Brings the targets, or with an empty list everything, up to date."""
    with _one_at_a_time():
        _configure(mode, verbose)
        _run(["ninja", "-C", str(folder(mode)), *targets], f"building {mode} failed", verbose)


@contextlib.contextmanager
def _one_at_a_time():
    """Two builds in one folder would fight over its files."""
    BUILD.mkdir(exist_ok=True)
    with open(BUILD / "build.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _setup_command(mode):
    cross, native = MACHINE_FILES
    command = ["meson", "setup", str(folder(mode)), str(ROOT), "--cross-file", str(ROOT / cross),
               "--native-file", str(ROOT / native), f"-Dmode={mode}", f"-Dlibfdt={LIBFDT}"]
    # Fuzz targets are built where the sanitizers are: in debug.
    return command + ["-Dfuzz=true"] if mode == "debug" else command


def _configure(mode, verbose):
    """Sets the folder up unless it was set up in just this way; a half or other one starts anew."""
    command = _setup_command(mode)
    stamp = folder(mode) / STAMP
    wanted = "\n".join(command + [(ROOT / file).read_text() for file in MACHINE_FILES
                                  if (ROOT / file).is_file()])
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    if sys.stderr.isatty() and not verbose:
        print(f"aril: building {mode} for the first time, which takes a minute or two",
              file=sys.stderr, flush=True)
    shutil.rmtree(folder(mode), ignore_errors=True)
    _run(command, f"setting up the {mode} build failed", verbose)
    stamp.write_text(wanted)
    _offer_compile_commands()


def _offer_compile_commands():
    """Editors look for compile_commands.json in the root; debug has all sources, tests included."""
    for mode in MODES:
        if (folder(mode) / "compile_commands.json").is_file():
            link = ROOT / "compile_commands.json"
            link.unlink(missing_ok=True)
            link.symlink_to((folder(mode) / link.name).relative_to(ROOT))
            return


def _run(command, failure, verbose):
    if verbose:
        print("aril: " + " ".join(command), file=sys.stderr, flush=True)
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, check=False,
                          stdout=sys.stderr if verbose else subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    if done.returncode != 0:
        raise Failure(failure, details=_reason((done.stdout or b"").decode(errors="replace")))


def _reason(output):
    """What explains a failure: of meson's output, which ninja may have called, from the error on;
    of ninja's the first step that failed, without its command line of a thousand characters."""
    error = re.search(r"^\S+: ERROR: .*", output, re.MULTILINE)
    if error:
        return "\n".join(output[error.start() :].splitlines()[:12])
    before, failed, after = output.partition("FAILED: ")
    if not failed:
        return "\n".join(last_lines(before, 12))
    target, _, rest = after.partition("\n")
    _, _, messages = rest.partition("\n")
    messages = re.split(r"^(?:\[\d+/\d+\]|ninja: build stopped)", messages, flags=re.MULTILINE)[0]
    return "\n".join([f"failed: {target}", *messages.splitlines()[:30]])
