# SPDX-License-Identifier: MIT
"""Looks at C++ text as text: without comments, as counted lines, as functions."""

import re
from dataclasses import dataclass

# A comment, or a literal in which comment signs mean nothing. Raw strings come first: their
# contents may hold quotes.
_TOKEN = re.compile(
    r'''R"(?P<mark>[^()\\\s]*)\(.*?\)(?P=mark)"'''
    r"""|"(?:\\.|[^"\\\n])*"|(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])*'"""
    r"""|(?P<comment>//[^\n]*|/\*.*?\*/)""",
    re.DOTALL,
)


def without_comments(text):
    """The text with each comment replaced by blanks; line numbers stay what they were."""

    def blank(match):
        if match.group("comment") is None:
            return match.group(0)
        return "\n" * match.group(0).count("\n") or " "

    return _TOKEN.sub(blank, text)


def without_literals(text):
    """Code alone: no comments, and string and character literals empty."""

    def empty(match):
        return '""' + "\n" * match.group(0).count("\n")

    return _TOKEN.sub(empty, without_comments(text))


def code_lines(text):
    """How many lines hold code: neither blank nor only a comment."""
    return sum(1 for line in without_comments(text).splitlines() if line.strip())


@dataclass(frozen=True)
class Function:
    name: str
    line: int
    length: int
    parameters: int


# What opens a brace at the start of a function's body ends in one of these forms.
_NOT_A_FUNCTION = re.compile(
    r"^(?:\}?\s*(?:if|else|for|while|switch|do|catch|try)\b"
    r"|(?:template\s*<.*>\s*)?(?:namespace|class|struct|union|enum|concept|extern\s*\")"
    r"|(?:case|default|return)\b)"
)
_HEADER = re.compile(
    r"(?P<name>[A-Za-z_~][\w:~]*|operator\s*\S+?)\s*\((?P<parameters>.*)", re.DOTALL)
_ATTRIBUTE = re.compile(r"\[\[.*?\]\]|alignas\([^)]*\)|__attribute__\(\(.*?\)\)")


def functions(text):
    """The functions with a body in clang-formatted text, by their braces.

    This is a counter and no parser: it takes what stands before an opening brace, since the last
    `;`, `{`, `}` or preprocessor line, as the header, and a header with a parameter list that is no
    control statement as a function. Lambdas count as part of the function that they are in.
    """
    code = without_literals(text)
    code = re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", _ends_header, code, flags=re.MULTILINE)
    code = re.sub(r"\b(?:public|private|protected):", ";", code)
    found, depth, open_functions, start = [], 0, [], 0
    for position, character in enumerate(code):
        if character == "{":
            header = " ".join(code[start:position].split())
            if not open_functions and _is_function(header):
                open_functions.append((depth, header, _first_line(code, start)))
            depth += 1
        elif character == "}":
            depth -= 1
            if open_functions and open_functions[-1][0] == depth:
                _, header, line = open_functions.pop()
                last_line = code.count("\n", 0, position) + 1
                found.append(_function(header, line, last_line - line + 1))
        if character in ";{}":
            start = position + 1
    return found


def _ends_header(match):
    return ";" + "\n" * match.group(0).count("\n")


def _first_line(code, start):
    blanks = len(code[start:]) - len(code[start:].lstrip())
    return code.count("\n", 0, start + blanks) + 1


def _is_function(header):
    return bool("(" in header and not _NOT_A_FUNCTION.match(header) and _HEADER.search(header)
                and not header.rstrip().endswith(("=", ",", "(")))


def _function(header, line, length):
    match = _HEADER.search(_ATTRIBUTE.sub("", header))
    if match is None:
        return Function(header, line, length, 0)
    return Function(match.group("name"), line, length, _count_parameters(match.group("parameters")))


def _count_parameters(text):
    """Commas at the outermost level of the list, up to the parenthesis that closes it, plus one."""
    depth, commas, seen = 0, 0, ""
    for character in text:
        if character == ")" and depth == 0:
            break
        depth += (character in "(<[{") - (character in ")>]}")
        commas += character == "," and depth == 0
        seen += character
    return commas + 1 if seen.strip() not in ("", "void") else 0
