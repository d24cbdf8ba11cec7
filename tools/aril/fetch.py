# SPDX-License-Identifier: MIT
"""`--get GUEST:HOST`: files and trees that the guest sends when its command has ended.

For each of them an archive comes, and behind it a line `end STATUS` of `user/init/`. What stands in
an archive is the guest's word, and believed as such: nothing is written outside of HOST, through no
link, and no link is made that leads out.
"""

import mmap
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

import archive
from .project import STATUS_WRONG_OPTION, Failure

END = re.compile(rb"\0*end (\d+)\n")
LONGEST_END = 1024
PERMISSIONS = 0o777


class _Refused(Exception):
    """This cannot be had; the text says why."""


@dataclass(frozen=True)
class Get:
    guest: str
    host: Path


def parse(argument):
    """The first colon separates. Where it should go is looked at before anything is built."""
    guest, colon, host = argument.partition(":")
    if not guest or not host or not colon:
        raise Failure(f"--get: {argument!r} is not GUEST:HOST", STATUS_WRONG_OPTION)
    folder = Path(host).absolute().parent
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise Failure(f"--get: {folder} is no folder that can be written to", STATUS_WRONG_OPTION)
    return Get(guest, Path(host))


def unpack_all(gets, file):
    """Unpacks what has come, in order. A sentence for each that is not there, or not all of it."""
    size = file.seek(0, os.SEEK_END)
    data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b""
    position, missing = 0, []
    for get in gets:
        try:
            position = _unpack(get, data, position)
        except (_Refused, archive.ArchiveError, OSError) as error:
            why = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) else error
            missing.append(f"--get {get.guest}: {why}")
            # What comes behind it begins where this one ends, if that can be found at all.
            position = _skip(data, position)
    return missing


def _unpack(get, data, position):
    if data[position : position + len(archive.MAGIC)] != archive.MAGIC:
        status, _ = _end(data, position)
        raise _Refused("it could not be had from the guest" if status is not None
                       else "it did not come")
    tree = _Tree(get.host)
    for entry, size in archive.read(data, position):
        if entry.name == archive.TRAILER:
            break
        tree.take(entry, size, data)
    status, position = _end(data, entry.offset)
    if status != 0:
        raise _Refused("it is not whole")
    tree.close()
    return position


def _end(data, position):
    """The status behind an archive, and where the next one begins."""
    match = END.match(data[position : position + LONGEST_END])
    return (None, position) if match is None else (int(match[1]), position + match.end())


def _skip(data, position):
    try:
        for entry, size in archive.read(data, position):
            position = entry.offset + size
    except archive.ArchiveError:
        pass
    return _end(data, position)[1]


class _Tree:
    """What is unpacked below one path. The first entry is the root: its name stands in front of all
    others, and is not used."""

    def __init__(self, root):
        self._root = Path(root)
        self._name = None
        self._folders = []  # with what becomes theirs when nothing is written into them any more
        self._left_out = []

    def take(self, entry, size, data):
        path = self._path_of(entry)
        if stat.S_ISDIR(entry.mode):
            if path.is_symlink() and path != self._root:
                raise _Refused(f"{path} is a link")
            path.mkdir(exist_ok=True)
            path.chmod(entry.mode & PERMISSIONS | stat.S_IRWXU)
            self._folders.append((path, entry))
        elif stat.S_ISREG(entry.mode):
            self._write(path, entry, memoryview(data)[entry.offset : entry.offset + size])
        elif stat.S_ISLNK(entry.mode):
            self._link(path, os.fsdecode(bytes(data[entry.offset : entry.offset + size])))
        else:
            self._left_out.append(f"{entry.name}, which is no file")

    def close(self):
        for path, entry in reversed(self._folders):
            path.chmod(entry.mode & PERMISSIONS)
            os.utime(path, (entry.modified, entry.modified))
        if self._left_out:
            raise _Refused("left out: " + "; ".join(self._left_out))

    def _path_of(self, entry):
        name = entry.name.strip("/")
        if self._name is None:
            self._name = name
            # As cp does it: a file goes into a folder that is there.
            if not stat.S_ISDIR(entry.mode) and self._root.is_dir():
                self._root /= os.path.basename(name)
            return self._root
        inner = name.removeprefix(f"{self._name}/") if self._name not in ("", ".") else name
        parts = inner.split("/")
        if (inner == name and self._name not in ("", ".")) or any(
                part in ("", ".", "..") or "\0" in part for part in parts):
            raise _Refused(f"there is a file of the name {entry.name!r} in it")
        path = self._root
        for part in parts[:-1]:
            path /= part
            if path.is_symlink() or not path.is_dir():
                raise _Refused(f"{path} is no folder")
        return path / parts[-1]

    def _make_room(self, path):
        if path.is_symlink() or path.exists():
            if path.is_dir() and not path.is_symlink():
                raise _Refused(f"{path} is a folder")
            path.unlink()

    def _write(self, path, entry, contents):
        self._make_room(path)
        with open(path, "xb") as file:
            file.write(contents)
        path.chmod(entry.mode & PERMISSIONS)
        os.utime(path, (entry.modified, entry.modified))

    def _link(self, path, target):
        # Upward first and then downward: behind another link, `..` is not what it looks like.
        up = re.match(r"(\.\./|\.\.$|\./)*", target).end()
        depth = len(path.parent.relative_to(self._root).parts)
        if (target.startswith("/") or target[:up].count("..") > depth
                or ".." in target[up:].split("/")):
            self._left_out.append(f"the link {path}, which leads to {target}")
            return
        self._make_room(path)
        path.symlink_to(target)
