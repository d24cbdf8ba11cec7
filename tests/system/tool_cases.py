# SPDX-License-Identifier: MIT
"""What the small tools are asked for in test_tools.py, in this order, in a folder with these
files."""

import random
import re

from aril.project import ROOT

# Every tool, as the build names them, and those to which no word is a wrong option.
TOOLS = [name for name in re.findall(r"'(\w+)'", re.search(
    r"^tools = \[(.*?)\]", (ROOT / "user" / "tools" / "meson.build").read_text(),
    re.DOTALL | re.MULTILINE).group(1)) if name not in ("true", "false")]
TAKES_ANYTHING = ("dd", "echo", "find", "printf")

LINES = b"".join(b"line %d of many\n" % i for i in range(1, 301))
BYTES = random.Random(1).randbytes(70_000)

FILES = {
    "empty": b"",
    "lines": LINES,
    "no-newline": b"one\ntwo\nthree",
    "binary": BYTES,
    "zero": b"a\0b\n\0\0c\n" + bytes(100),
    "long-line": b"x" * 200_000 + b"\nshort\n",
    "with blank": b"in a name with a blank\n",
    "-dash": b"dash\n",
    "umlaut-\u00e4": "\u00e4\u4e16\n".encode(),
    "words": b"the quick  brown\tfox\n\n jumps over\nThe lazy dog\n",
    "numbers": b"10\n9\n-3\n2.5\n2.50\n\nabc\n007\n1e3\n100\n-0\n",
    "table": b"name:age:city\nzoe:31:ulm\nadam:7:bonn\neve:31:aachen\nnone\n",
    "many": b"".join(b"%d\n" % (i * 7919 % 5003) for i in range(5000)),
    "same": b"a\na\nb\nA\na\n\n\nc",
    "blanks": b"  indented\n\ttab\n   \nend \n",
    "tree/a.txt": b"alpha\n",
    "tree/b.cpp": b"int main() {}\n",
    "tree/.hidden": b"hidden alpha\n",
    "tree/deep/er/c.txt": b"gamma alpha\n",
    "tree/deep/empty": b"",
    "tree/deep/large": bytes(3000),
}
LINKS = {"link": "lines", "tree/link": "deep/er", "dangling": "nowhere"}

# Lines of a shell that mean the same to GNU's tools on the host and to ours in the guest.
CASES = (ROOT / "tests" / "system" / "tool_lines.txt").read_text().splitlines()

LONG = "n" * 200

# What has no counterpart on the host, or no name there that is the same: what it writes.
OWN = {
    # Deeper than any path can say.
    f"mkdir top; cd top; for i in 1 2 3 4 5 6 7 8 9 10; do mkdir {LONG}; cd {LONG}; done; "
    "echo text > bottom; cd /files; find top | wc -l": "12\n",
    "cp -r top copied; find copied -name bottom | wc -c": "2024\n",
    "grep -rl text top | wc -l": "1\n",
    "ln -s nowhere top/link; archive create top > top.cpio; archive list < top.cpio | wc -l":
        "13\n",
    "mkdir deep.x; cd deep.x; archive extract < ../top.cpio; cd ..; find deep.x | wc -l; "
    "grep -rh text deep.x; archive create deep.x/top | cmp - top.cpio 2>&1 | wc -l; "
    "(cd deep.x; archive create top) | cmp - top.cpio; rm -r deep.x; rm top/link":
        "14\ntext\n1\n",
    "chmod -R 700 copied; rm -r top copied; ls top copied 2> /dev/null || echo gone": "gone\n",
    # Archives.
    "archive create tree lines > a.cpio; mkdir x; cd x; archive extract < ../a.cpio; "
    "cd ..; find x | sort | head -n 4; cmp lines x/lines; readlink x/tree/link":
        "x\nx/lines\nx/tree\nx/tree/.hidden\ndeep/er\n",
    "touch -d @1234567890 x/lines; archive create x/lines | (cd /; archive extract); "
    "stat -c '%Y %a' /x/lines": "1234567890 644\n",
    "printf 07070100 | archive list": None,
    "archive list < lines": None,
    "archive create nothing > /dev/null": None,
    "head -c 1000 a.cpio | (cd x; archive extract)": None,
    "archive undo": None,
    # Where writing fails.
    "cat lines > /dev/full": None,
    "ls > /dev/full": None,
    "yes > /dev/full": None,
    "echo x | tee /dev/full": None,
    "cp lines /dev/full": None,
    "dd if=lines of=/dev/full status=none": None,
    # What each tool says of itself, and of options that it does not have.
    f"for t in {' '.join(TOOLS)}; do /bin/$t --help > h || echo $t; head -n 1 h | "
    "grep -q \"^usage: $t\" || echo no usage of $t; "
    "test $(wc -l < h) -gt 1 || echo no sentence about $t; done":
        "",
    "for t in " + " ".join(t for t in TOOLS if t not in TAKES_ANYTHING) +
    "; do /bin/$t -% a 2> e; test $? = 2 || echo $t has no status of 2; grep -q \"^$t: -%: \" e || "
    "echo $t says nothing; done": "",
    # The rest.
    "tree nothing": None,
    "tree nothing 2> /dev/null | wc -c": "0\n",
    "tree -d nothing tree/deep/er 2> /dev/null": "tree/deep/er\n\n1 directory\n",
    "ls '' 2>&1 | grep -c \"''\"": "1\n",
    "mv lines lines 2>&1": "mv: lines: these are the same file\n",
    "cp lines lines 2>&1": "cp: lines: these are the same file\n",
    "tree tree/deep": "tree/deep\n\u251c\u2500\u2500 empty\n\u251c\u2500\u2500 er\n"
                      "\u2502   \u2514\u2500\u2500 c.txt\n\u2514\u2500\u2500 large\n\n"
                      "2 directories, 3 files\n",
    "touch -d @1000000000 words; ls -l words link":
        "lrwxrwxrwx 1  5 TODAY link -> lines\n-rw-r--r-- 1 47 2001-09-09 01:46 words\n",
    "mkdir human; truncate -s 1500 human/a; truncate -s 3M human/b; ls -lh human | cut -c 12-17":
        "1 1.5K\n1 3.0M\n",
    "du -b human": "3147228\thuman\n",
    "realpath . link tree/../nowhere /bin/..": "/files\n/files/lines\n/files/nowhere\n/\n",
    "readlink -f tree/link dangling": "/files/tree/deep/er\n/files/nowhere\n",
    "pwd; cd tree/link; pwd | tail -c 3; cd /files": "/files\ner\n",
    "which ls nothing || echo none": "/bin/ls\nnone\n",
    "which cat": "/bin/cat\n",
    "uname; uname -m": "Aril\naarch64\n",
    "uptime | cut -c 1-3; df | wc -l": "up \n7\n",
    "date -r words +%F": "2001-09-09\n",
    "test $(date +%s) -gt 1700000000 && echo now": "now\n",
    "mktemp -d mt.XXXXXX | wc -c; ls -d mt.* | wc -l": "10\n1\n",
    "mktemp nowhere/XXXX": None,
    "rm -r .; rm -rf /; rm ..": None,
    "cp -r /dev devices": None,
    "ln -s loop loop; cat loop": None,
    "printf 'a\\n' > 'two\nlines'; ls two*; rm two*": "two\nlines\n",
    "env PATH=/nowhere ls": None,
    "seq 20000 | sort -r | sort -n | tail -n 1": "20000\n",
    "head -c 3000000 /dev/zero | wc -c": "3000000\n",
    "head -c 20000000 /dev/zero > big; tail -c 5 big | wc -c; sort big > /dev/null": None,
    "printf 'x' | xargs /nowhere/x": None,
    "for i in 1 2 3; do sleep 0.01; done; echo slept": "slept\n",
}
