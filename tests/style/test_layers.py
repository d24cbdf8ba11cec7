# SPDX-License-Identifier: MIT
"""Which part may know which: the include lines, held against the layers of the house style."""

import functools
import re
import sys
from pathlib import Path

import source
import tree
from aril.checks import fail

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+[<"]([^">]+)[>"]', re.MULTILINE)
CONDITION = re.compile(r"^[ \t]*#[ \t]*(?:if|ifdef|ifndef|elif)\b")

# Part: the parts that it may include besides itself.
MAY_INCLUDE = {
    "base": (),
    "abi": ("base",),
    "kernel": ("base", "abi"),
    "boot": ("base", "abi"),
    "libipc": ("base", "abi"),
    "servers": ("base", "abi", "libipc"),
    "user": ("base", "abi", "libipc"),
    "examples": ("base", "abi", "libipc"),
    "tests": ("base", "abi", "kernel", "boot", "libipc", "servers", "user"),
}

# The kernel's folders from the bottom up. A folder may include those of its own row and below. A
# header by itself may stand lower than its folder: everybody may panic, wherever that is done.
KERNEL_LAYERS = (
    ("arch", "debug/panic.hpp"),
    ("memory",),
    ("cap",),
    ("object", "debug/check.hpp", "debug/trace.hpp", "debug/configuration.hpp.in"),
    ("sched",),
    ("ipc",),
    ("life",),
    ("syscall", "debug"),
    ("trap",),
    ("main",),
)

# What the build makes of meson's options: the header's name, and what it is made from. One for the
# kernel, one for procmgr. Outside boot/ and the arch/ folders, nothing else asks what is built.
CONFIGURATIONS = {
    "configuration.hpp": Path("kernel/debug/configuration.hpp.in"),
    "procmgr_configuration.hpp": Path("servers/procmgr/configuration.hpp.in"),
}


def _resolve(includer, name, headers):
    """The header of this project that is meant: beside the includer, from the root, from the folder
    of its part, or in one that the build chooses, such as that of the architecture. Several can
    match the last; all of them count. Without a folder it is a header that the build makes, or the
    standard library's."""
    if name in CONFIGURATIONS:
        return [CONFIGURATIONS[name]]
    for candidate in (includer.parent / name, Path(name), Path(includer.parts[0]) / name):
        if candidate in headers:
            return [candidate]
    matching = [header for header in headers
                if "/" in name and header.as_posix().endswith("/" + name)]
    # The unit tests have a machine of their own; for everybody else it is not there.
    return [header for header in matching if header.parts[0] == includer.parts[0]] or matching


@functools.cache
def _includes():
    """(includer, name as written, headers of this project that it may mean) of all C++ files."""
    headers = set(tree.with_suffix(".hpp", ".h", ".in"))
    return [(path, name, _resolve(path, name, headers))
            for path in tree.with_suffix(*tree.CPP, *tree.ASSEMBLY)
            for name in INCLUDE.findall(source.without_comments(tree.text(path)))]


def test_parts_include_only_what_lies_below_them():
    wrong = []
    for path, name, found in _includes():
        part = path.parts[0]
        if part not in MAY_INCLUDE:
            wrong.append(f"{path}: the folder {part} has no layer")
            continue
        wrong += [f"{path} includes {header}" for header in found
                  if header.parts[0] not in (part, *MAY_INCLUDE[part])]
    if wrong:
        fail("upward or sideways:\n" + "\n".join(wrong))


def _kernel_layer(path):
    """The row of a kernel file, or None if it is in no row."""
    within = path.relative_to("kernel")
    for name in (within.as_posix(), within.parts[0]):
        for row, names in enumerate(KERNEL_LAYERS):
            if name in names:
                return row
    return None


def test_the_kernel_includes_only_downward():
    wrong = []
    for path, name, found in _includes():
        if path.parts[0] != "kernel":
            continue
        for header in found:
            if header.parts[0] != "kernel":
                continue
            layers = _kernel_layer(path), _kernel_layer(header)
            if None in layers:
                wrong.append(f"{path if layers[0] is None else header}: it is in no layer")
            elif layers[1] > layers[0]:
                wrong.append(f"{path} includes {header}")
    if wrong:
        fail("upward:\n" + "\n".join(sorted(set(wrong))))


def test_no_headers_include_each_other_in_a_circle():
    graph = {}
    for path, _, found in _includes():
        graph.setdefault(path, set()).update(found)
    done, trail = set(), []

    def visit(path):
        if path in trail:
            fail("a circle: " + " -> ".join(map(str, [*trail[trail.index(path):], path])))
        if path in done:
            return
        trail.append(path)
        for header in graph.get(path, ()):
            visit(header)
        trail.pop()
        done.add(path)

    for path in list(graph):
        visit(path)


def test_system_headers_are_freestanding_ones():
    # What runs on the machine has no library behind it. libfdt is the boot stage's own.
    allowed = set("""array atomic bit climits compare concepts cstddef cstdint cstring expected
        functional initializer_list iterator limits memory new numeric optional algorithm ranges
        span stdarg.h stddef.h stdint.h string.h string_view tuple type_traits utility variant
        libfdt.h source_location""".split())
    wrong = [f"{path}: <{name}>" for path, name, found in _includes()
             if path.parts[0] != "tests" and not found and name not in allowed]
    if wrong:
        fail("not freestanding:\n" + "\n".join(wrong))


def test_the_build_chooses_files_and_not_conditions():
    # #if only where the machine is the subject, and in one header of configuration. What a header
    # shows the assembler is not chosen.
    paths = [path for path in tree.with_suffix(*tree.CPP)
             if path.parts[0] != "boot" and "arch" not in path.parts
             and path not in CONFIGURATIONS.values()]
    found = [line for line in tree.matches(paths, CONDITION)
             if not line.endswith("#ifndef __ASSEMBLER__")]
    if found:
        fail("conditions:\n" + "\n".join(found))


def test_there_are_no_other_configuration_headers():
    others = [str(path) for path in tree.with_suffix(".hpp", ".in")
              if "config" in path.name and path not in CONFIGURATIONS.values()]
    if others:
        fail("\n".join(others))


def test_python_uses_its_standard_library_alone():
    own = {path.stem for path in tree.with_suffix(".py")} | {"aril"}
    pattern = re.compile(r"^\s*(?:import|from)\s+(\w+)")
    wrong = []
    for path in [*tree.with_suffix(".py"), Path("aril")]:
        for line in tree.text(path).splitlines():
            match = pattern.match(line)
            if match and line.split()[0] in ("import", "from") and (
                    " import " in line or line.lstrip().startswith("import ")):
                if match.group(1) not in own | set(sys.stdlib_module_names):
                    wrong.append(f"{path}: {line.strip()}")
    if wrong:
        fail("not in the standard library:\n" + "\n".join(wrong))
