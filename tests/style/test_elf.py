# SPDX-License-Identifier: MIT
"""The ELF files that run on the machine: what may be written is never run, and nothing overlaps."""

import re

import elf
from aril import build
from aril.checks import cases, expect, fail
from aril.project import MODES

PAGE = 4096
INITIALISERS = (".init_array", ".fini_array", ".preinit_array", ".ctors", ".dtors")
SEGMENT_STACK = 0x6474E551
LINK = re.compile(r"^build (\S+\.elf): .*\n(?: +.*\n)*", re.MULTILINE)


def _files(mode):
    found = sorted(build.folder(mode).rglob("*.elf"))
    expect(found, f"the {mode} build made no ELF file")
    return [(path.relative_to(build.folder(mode)), elf.Elf.read(path)) for path in found]


def _none(problems):
    if problems:
        fail("\n".join(problems))


@cases(MODES)
def test_no_segment_is_writable_and_executable(mode):
    both = elf.SEGMENT_WRITE | elf.SEGMENT_EXECUTE
    _none([f"{name}: the segment at {segment.address:#x}" for name, file in _files(mode)
           for segment in file.loads() if segment.flags & both == both])


@cases(MODES)
def test_no_stack_is_executable(mode):
    _none([str(name) for name, file in _files(mode) for segment in file.segments
           if segment.type == SEGMENT_STACK and segment.flags & elf.SEGMENT_EXECUTE])


@cases(MODES)
def test_segments_of_different_rights_share_no_page(mode):
    problems = []
    for name, file in _files(mode):
        loads = sorted(file.loads(), key=lambda segment: segment.address)
        expect(loads, f"{name} has nothing to load")
        for before, after in zip(loads, loads[1:]):
            if -(-before.end // PAGE) * PAGE > after.address // PAGE * PAGE:
                problems.append(f"{name}: up to {before.end:#x} and from {after.address:#x}")
    _none(problems)


@cases(MODES)
def test_sections_do_not_overlap_and_lie_in_a_segment(mode):
    problems = []
    for name, file in _files(mode):
        sections = sorted((section for section in file.allocated_sections() if section.size),
                          key=lambda section: section.address)
        problems += [f"{name}: {before.name} and {after.name}"
                     for before, after in zip(sections, sections[1:])
                     if before.end > after.address]
        problems += [f"{name}: {section.name} is in no segment" for section in sections
                     if not any(load.address <= section.address and section.end <= load.end
                                for load in file.loads())]
    _none(problems)


@cases(MODES)
def test_nothing_runs_before_main(mode):
    _none([f"{name}: {section.name}" for name, file in _files(mode) for section in file.sections
           if section.size and section.name.startswith(INITIALISERS)])


@cases(MODES)
def test_the_entry_is_code(mode):
    _none([f"{name}: {file.entry:#x}" for name, file in _files(mode)
           if not any(load.flags & elf.SEGMENT_EXECUTE and load.address <= file.entry < load.end
                      for load in file.loads())])


@cases(MODES)
def test_every_section_has_a_place_in_a_linker_script(mode):
    # The linker itself refuses orphans where it is told to; here we see that it is told.
    rules = LINK.finditer((build.folder(mode) / "build.ninja").read_text())
    linked = [(rule.group(1), rule.group(0)) for rule in rules]
    expect(linked, "the build links no ELF file")
    _none([name for name, text in linked if "--orphan-handling=error" not in text])
