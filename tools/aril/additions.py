# SPDX-License-Identifier: MIT
"""`--add HOST[:GUEST]`: files and folders of the host that go into the boot archive.

Everything is looked at before anything is built, so that a wrong path is told at once.
"""

import os
from dataclasses import dataclass

import archive
from .project import STATUS_WRONG_OPTION, Failure

# A request to open a file has room for so many bytes: max_module_name in abi/proto/procmgr.hpp.
LONGEST_NAME = 64
LARGEST_FILE = 0xFFFF_FFFF  # the archive's field for a size has eight hexadecimal digits


def files(arguments, taken):
    """(name in the archive, path) for all that the arguments mean. `taken` are names of others."""
    found = {}
    for argument in arguments:
        host, guest = _split(argument)
        for name, path in _files_of(host, guest):
            _check_name(name)
            if name in found or name in taken:
                raise _wrong(f"/{name} would be in the archive twice")
            found[name] = path
    _check_folders({*found, *taken})
    return list(found.items())


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


def _files_of(host, guest):
    if not os.path.isdir(host):
        return [(guest, _checked_file(host))]
    found = _files_below(host, guest.rstrip("/"))
    if not found:
        raise _wrong(f"the folder {host} holds no file")
    return found


@dataclass(frozen=True)
class _Folder:
    path: str
    name: str
    above: tuple  # the real paths of the folders that led here, and its own


def _files_below(host, guest):
    """The files of a tree. Links are followed, and one that leads into its own folder is refused:
    it would never end."""
    found, waiting = [], [_Folder(host, guest, (os.path.realpath(host),))]
    while waiting:
        folder = waiting.pop()
        for item in _listed(folder.path):
            path = os.path.join(folder.path, item)
            name = f"{folder.name}/{item}" if folder.name else item
            if not os.path.isdir(path):
                found.append((name, _checked_file(path)))
                continue
            real = os.path.realpath(path)
            if real in folder.above:
                raise _wrong(f"the link {path} leads back to {real}")
            waiting.append(_Folder(path, name, (*folder.above, real)))
    return found


def _listed(folder):
    try:
        return sorted(os.listdir(folder))
    except OSError as error:
        raise _wrong(f"the folder {folder} cannot be read: {error.strerror}") from None


def _checked_file(path):
    if not os.path.exists(path):
        # A link is there, and what it names is not.
        raise _wrong(f"{path} leads nowhere" if os.path.islink(path) else f"there is no {path}")
    if not os.path.isfile(path):
        raise _wrong(f"{path} is neither a file nor a folder")
    if not os.access(path, os.R_OK):
        raise _wrong(f"{path} cannot be read")
    if os.path.getsize(path) > LARGEST_FILE:
        raise _wrong(f"{path} is too large for the archive")
    return path


def _check_name(name):
    try:
        length = len(name.encode())
    except UnicodeEncodeError:
        raise _wrong(f"the name /{name!a} is no text") from None
    if name == archive.TRAILER or any(part in ("", ".", "..") for part in name.split("/")):
        raise _wrong(f"/{name} cannot be a file's name in the guest")
    if length > LONGEST_NAME:
        raise _wrong(f"the name /{name} is longer than {LONGEST_NAME} bytes")


def _check_folders(names):
    for name in sorted(names):
        parts = name.split("/")
        for end in range(1, len(parts)):
            folder = "/".join(parts[:end])
            if folder in names:
                raise _wrong(f"/{folder} would be both a file and the folder of /{name}")
