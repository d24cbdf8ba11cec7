# SPDX-License-Identifier: MIT
"""`--add HOST[:GUEST]`: files and trees of the host that go into the boot archive.

Everything is looked at before anything is built, so that a wrong path is told at once. A tree is
taken as it is: with its empty folders, its links as links, modes and times. A link that is named
itself stands for what it leads to.
"""

import os
import stat
from pathlib import Path

import archive
from .project import STATUS_WRONG_OPTION, Failure

# What the guest takes: abi/proto/files.hpp.
LONGEST_NAME = 255
LONGEST_PATH = 1024
LARGEST_FILE = 0xFFFF_FFFF  # the archive's field for a size has eight hexadecimal digits


def entries(arguments):
    """Entries of the archive for all that the arguments mean."""
    found = {}
    for argument in arguments:
        host, guest = _split(argument)
        if os.path.exists(argument) and not os.path.exists(host):
            raise _wrong(f"there is no {host}; {argument!r} needs a name in the guest, because of "
                         "its colon: HOST:GUEST")
        for entry in _entries_of(host, guest):
            _check_name(entry.name)
            known = found.get(entry.name)
            if known is not None and not (_is_folder(known) and _is_folder(entry)):
                raise _wrong(f"{_shown(entry.name)} would be in the archive twice")
            found[entry.name] = entry
    check_names(found.values(), ())
    return list(found.values())


def check_names(added, taken):
    """Whether all can stand beside each other, and beside the names of other files."""
    taken = set(taken)
    files = taken | {entry.name for entry in added if not _is_folder(entry)}
    for entry in added:
        if entry.name in taken:
            raise _wrong(f"{_shown(entry.name)} would be in the archive twice")
    for name in sorted(files | {entry.name for entry in added}):
        parts = name.split("/")
        for end in range(1, len(parts)):
            folder = "/".join(parts[:end])
            if folder in files:
                raise _wrong(f"{_shown(folder)} would be both a file and the folder of "
                             f"{_shown(name)}")


def _is_folder(entry):
    return stat.S_ISDIR(entry.mode)


def _shown(name):
    return "/" + os.fsencode(name).decode(errors="backslashreplace")


def _wrong(sentence):
    return Failure(f"--add: {sentence}", STATUS_WRONG_OPTION)


def _split(argument):
    """The last colon separates, so a host name with a colon in it needs a guest name."""
    host, colon, guest = argument.rpartition(":")
    if not colon:
        host, guest = argument, os.path.basename(os.path.abspath(argument))
    if not host or not guest:
        raise _wrong(f"{argument!r} is not HOST or HOST:GUEST")
    return host, guest.lstrip("/")


def _entries_of(host, guest):
    if os.path.isdir(host):
        return _entries_below(host, guest.rstrip("/"))
    if not os.path.exists(host):
        # A link is there, and what it names is not.
        raise _wrong(f"{host} leads nowhere" if os.path.islink(host) else f"there is no {host}")
    return [_entry(guest, host, os.stat(host))]


def _entries_below(host, guest):
    """A tree: the folder itself, unless it is to be the root, and what is in it."""
    found = [_entry(guest, host, os.stat(host))] if guest else []
    waiting = [(host, guest)]
    while waiting:
        folder, name = waiting.pop()
        for item in _listed(folder):
            inner = f"{name}/{item.name}" if name else item.name
            found.append(_entry(inner, item.path, item.stat(follow_symlinks=False)))
            if item.is_dir(follow_symlinks=False):
                waiting.append((item.path, inner))
    return found


def _listed(folder):
    try:
        with os.scandir(folder) as items:
            return sorted(items, key=lambda item: item.name)
    except OSError as error:
        raise _wrong(f"the folder {folder} cannot be read: {error.strerror}") from None


def _entry(name, path, status):
    mode, modified = status.st_mode, max(0, int(status.st_mtime))
    if stat.S_ISDIR(mode):
        return archive.Entry(name, mode=mode, modified=modified)
    if stat.S_ISLNK(mode):
        return archive.Entry(name, os.fsencode(os.readlink(path)), mode=mode, modified=modified)
    if not stat.S_ISREG(mode):
        raise _wrong(f"{path} is neither a file nor a folder")
    if not os.access(path, os.R_OK):
        raise _wrong(f"{path} cannot be read")
    if status.st_size > LARGEST_FILE:
        raise _wrong(f"{path} is too large for the archive")
    return archive.Entry(name, mode=mode, modified=modified, path=Path(path))


def _check_name(name):
    parts = name.split("/")
    if name == archive.TRAILER or any(part in ("", ".", "..") for part in parts):
        raise _wrong(f"{_shown(name)} cannot be a file's name in the guest")
    if any(len(os.fsencode(part)) > LONGEST_NAME for part in parts):
        raise _wrong(f"a name of {_shown(name)} is longer than {LONGEST_NAME} bytes")
    if len(os.fsencode(name)) >= LONGEST_PATH:
        raise _wrong(f"the path {_shown(name)} is longer than {LONGEST_PATH - 1} bytes")
