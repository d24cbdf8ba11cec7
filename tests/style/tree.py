# SPDX-License-Identifier: MIT
"""The files of the project, for the checks of this folder."""

import functools
import subprocess

from aril.project import BUILD, ROOT

CPP = (".cpp", ".hpp")
ASSEMBLY = (".S",)
CODE = CPP + ASSEMBLY + (".py",)


@functools.cache
def files():
    """Every file that is or would be kept under version control, relative to the root, sorted."""
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
                            cwd=ROOT, check=False, capture_output=True)
    if listed.returncode == 0:
        paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    else:  # a copy without its history
        paths = [path for path in ROOT.rglob("*")
                 if BUILD not in path.parents and "__pycache__" not in path.parts]
    return sorted(path.relative_to(ROOT) for path in paths
                  if path.is_file() and not path.is_symlink())


def with_suffix(*suffixes):
    return [path for path in files() if path.suffix in suffixes]


@functools.cache
def text(path):
    """Bytes that are no text, such as a fuzzer's seed, become replacement characters."""
    return (ROOT / path).read_text(errors="replace")


def matches(paths, pattern):
    """`file:line: text` for each line that the compiled pattern finds something in."""
    return [f"{path}:{number}: {line.strip()}" for path in paths
            for number, line in enumerate(text(path).splitlines(), start=1) if pattern.search(line)]
