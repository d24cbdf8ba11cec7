# SPDX-License-Identifier: MIT
"""Where things are in this project, and what the exit statuses of `./aril` mean."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
LIBFDT = BUILD / "deps" / "libfdt"
MODES = ("debug", "release")

# What a build makes, relative to its folder.
IMAGE = "boot/aril.image"
KERNEL = "kernel/kernel.elf"
ROOT_PROGRAM = "user/root/root.elf"
KERNEL_TESTS = "tests/kernel/kernel_tests.elf"
TESTERS = "tests/kernel/testers.elf"
BENCH = "user/bench/bench.elf"
UNIT_TESTS = "tests/unit/unit_tests"
MODEL_TESTS = "tests/unit/model_tests"
SHELL_TESTS = "tests/unit/shell/shell_tests"
ABI_LAYOUT = "tests/unit/abi_layout"
PROCMGR = "servers/procmgr/procmgr.elf"
PROCESS_TESTS = "tests/process/process_tests.elf"
PROCESS_TESTS_PIE = "tests/process/process_tests_pie.elf"
CONSOLE = "servers/console/console.elf"
CONSOLE_TESTS = "tests/console/console_tests.elf"
MORTAL_CONSOLE = "tests/console/mortal_console.elf"
PROCMGR_TESTS = "tests/procmgr/procmgr_tests.elf"
CRASHER = "tests/procmgr/crasher.elf"
CRASHER_PIE = "tests/procmgr/crasher_pie.elf"
VFS = "servers/vfs/vfs.elf"
# All that stands in /bin (build.programs tells which), and those that others name.
PROGRAMS_TARGET = "bin_programs"
MANIFEST = ROOT / "user" / "init" / "manifest"
PROGRAMS = {
    "bin/init": "user/init/init.elf",
    "bin/console": CONSOLE,
    "bin/vfs": VFS,
    "bin/reporter": "user/reporter/reporter.elf",
    "bin/hello": "user/hello/hello.elf",
    "bin/hello_pie": "user/hello/hello_pie.elf",
    "bin/echo_server": "examples/echo_server.elf",
    "bin/echo_client": "examples/echo_client.elf",
}
# What measures procmgr: bin/init and the programs that it starts.
SPAWN_BENCH = {
    "bin/init": "user/spawn_bench/spawn_bench.elf",
    "bin/tiny": "user/spawn_bench/tiny.elf",
    "bin/large": "user/spawn_bench/large.elf",
}
VFS_TESTS = "tests/vfs/vfs_tests.elf"
VFS_MANIFEST = ROOT / "tests" / "vfs" / "manifest"
# What measures vfs: bin/init beside the server.
VFS_BENCH = {
    "bin/init": "user/vfs_bench/vfs_bench.elf",
    "bin/vfs": VFS,
}
# What measures how long the shell's prompt takes, beside everything that there is.
PROMPT_BENCH = {"bin/witness": "user/prompt_bench/witness.elf"}
PROMPT_MANIFEST = ROOT / "user" / "prompt_bench" / "manifest"
PROCESS_START = "libipc/libprocess_start.a"
IPC_LIBRARY = "libipc/libipc.a"
BASE_LIBRARY = "base/libbase.a"

# A guest that ends properly gives its own status; these are for everything else.
STATUS_WRONG_OPTION = 2
STATUS_TIMEOUT = 124
STATUS_OWN_FAILURE = 125
STATUS_NO_VERDICT = 126
STATUS_PANIC = 134
STATUS_BROKEN_PIPE = 141


class Failure(Exception):
    """`./aril` cannot go on: one sentence, perhaps the output that explains it, and a status."""

    def __init__(self, sentence, status=STATUS_OWN_FAILURE, details=""):
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status
        self.details = details


def last_lines(output, count=20):
    """The end of some output, printable: control characters could play tricks on a terminal."""
    text = output.decode(errors="replace") if isinstance(output, bytes) else output
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    return ["".join(c if c.isprintable() or c == "\t" else "?" for c in line)
            for line in lines[-count:]]
