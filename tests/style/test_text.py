# SPDX-License-Identifier: MIT
"""Rules about text alone: licences, sizes, words that do not belong into the tree."""

import ast
import re

import source
import tree
from aril.checks import fail
from aril.project import ROOT

LICENSED_NAMES = ("meson.build", "meson_options.txt", "meson.options", "run", "aril")
LICENSED_SUFFIXES = (*tree.CODE, ".h", ".ini", ".ld", ".lds", ".dts", ".sh")
LONGEST_FILE = 600
LONGEST_FUNCTION = 60
LONGEST_LINE = 100
MOST_PARAMETERS = 5
MOST_MACROS = 10

# Each pattern is written so that it does not find itself.
OPEN_END = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b")
OWN_MACHINE = re.compile(r"(?<![\w.])/(?:work|farm|root|home)/|/tmp/(?!\$|\{)\w")
ISSUE_NUMBER = re.compile(r"\b(?:[Ii]ssue|[Tt]icket|[Bb]ug|PR)s? ?#?\d+")

CODE_IN_A_DOCUMENT = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)


def _none(offenders, what):
    if offenders:
        fail(f"{what}:\n" + "\n".join(map(str, offenders)))


def test_each_source_names_its_licence():
    licensed = [path for path in tree.files()
                if path.suffix in LICENSED_SUFFIXES or path.name in LICENSED_NAMES]
    _none([path for path in licensed if "SPDX-License-Identifier: MIT"
           not in "\n".join(tree.text(path).splitlines()[:3])], "no SPDX line at the top")


def test_no_file_is_too_long():
    _none([f"{path}: {lines} lines" for path in tree.with_suffix(*tree.CODE)
           if (lines := len(tree.text(path).splitlines())) > LONGEST_FILE],
          f"more than {LONGEST_FILE} lines")


def test_no_line_is_too_long():
    _none([f"{path}:{number}: {len(line)} columns" for path in tree.with_suffix(*tree.CODE)
           for number, line in enumerate(tree.text(path).splitlines(), start=1)
           if len(line) > LONGEST_LINE], f"more than {LONGEST_LINE} columns")


def test_no_line_ends_in_blanks():
    paths = tree.with_suffix(*tree.CODE, ".ini", ".ld", ".md", ".build", ".txt")
    _none(tree.matches(paths, re.compile(r"[ \t]+$")), "blanks at the end")


def _functions():
    for path in tree.with_suffix(*tree.CPP):
        for function in source.functions(tree.text(path)):
            yield path, function
    for path in [*tree.with_suffix(".py"), *(p for p in tree.files() if p.name == "aril")]:
        for node in ast.walk(ast.parse(tree.text(path))):
            if isinstance(node, ast.FunctionDef):
                yield path, source.Function(node.name, node.lineno,
                                            node.end_lineno - node.lineno + 1, len(node.args.args))


def test_no_function_is_too_long():
    _none([f"{path}:{f.line}: {f.name} has {f.length} lines" for path, f in _functions()
           if f.length > LONGEST_FUNCTION], f"more than {LONGEST_FUNCTION} lines")


def test_no_function_has_too_many_parameters():
    _none([f"{path}:{f.line}: {f.name} has {f.parameters} parameters" for path, f in _functions()
           if f.parameters > MOST_PARAMETERS], f"more than {MOST_PARAMETERS} parameters")


def test_nothing_is_left_open_in_the_text():
    _none(tree.matches(tree.files(), OPEN_END), "open ends belong into docs/caveats.md")


def test_no_path_of_one_machine_is_mentioned():
    _none(tree.matches(tree.files(), OWN_MACHINE), "paths that exist on one machine only")


def test_no_issue_is_mentioned_by_number():
    _none(tree.matches(tree.files(), ISSUE_NUMBER), "whoever reads the tree cannot look it up")


def test_there_are_few_macros_and_they_look_like_it():
    defined = re.compile(r"^[ \t]*#[ \t]*define[ \t]+(\w+)", re.MULTILINE)
    names = {name for path in tree.with_suffix(*tree.CPP)
             for name in defined.findall(source.without_comments(tree.text(path)))}
    if len(names) > MOST_MACROS:
        fail(f"{len(names)} macros, more than {MOST_MACROS}: {', '.join(sorted(names))}")
    _none([name for name in names if not name.isupper()], "macros are written in capitals")


def test_each_header_can_be_included_twice():
    _none([path for path in tree.with_suffix(".hpp") if "#pragma once" not in tree.text(path)],
          "no #pragma once")


def test_links_in_documents_lead_somewhere():
    broken = []
    for path in tree.with_suffix(".md"):
        prose = CODE_IN_A_DOCUMENT.sub("", tree.text(path))
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", prose):
            if "://" not in target and not (ROOT / path.parent / target).exists():
                broken.append(f"{path}: {target}")
    _none(broken, "links to files that are not there")
