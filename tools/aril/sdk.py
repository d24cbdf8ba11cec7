# SPDX-License-Identifier: MIT
"""`./aril sdk`: what one needs to build programs outside this tree, in one folder.

    include/      the headers of abi, base and libipc
    lib/          one library: start-up, system calls, the friendly face of procmgr
    aril.cfg      the options, for clang's --config
"""

import shutil
import subprocess
from pathlib import Path

from . import build
from .project import BASE_LIBRARY, IPC_LIBRARY, PROCESS_START, ROOT, Failure

HEADERS = ("abi", "base", "libipc")
LIBRARIES = (PROCESS_START, IPC_LIBRARY, BASE_LIBRARY)
LIBRARY = "libaril.a"
CONFIGURATION = "aril.cfg"

# <CFGDIR> is for clang to replace, so the folder can be moved.
OPTIONS = f"""\
# Options for programs for Aril: clang++-19 --config aril.cfg PROGRAM.cpp -o PROGRAM
--target=aarch64-linux-gnu
-std=c++23
-O2

# No library behind the program but ours.
-ffreestanding
-nostdlib
-static
-I<CFGDIR>/include
<CFGDIR>/lib/{LIBRARY}

# Nothing that needs a run-time library.
-fno-exceptions
-fno-rtti
-fno-threadsafe-statics
-fno-stack-protector
-fno-asynchronous-unwind-tables
-mno-outline-atomics

# So that a report of a crash can tell who had called.
-fno-omit-frame-pointer
-mno-omit-leaf-frame-pointer

# Nothing runs before main, so a global with a constructor is a mistake.
-Wglobal-constructors
-Werror=global-constructors

# Only what is used, and each segment on pages of its own.
-fuse-ld=lld-19
-ffunction-sections
-fdata-sections
-Wl,--gc-sections
-Wl,-z,max-page-size=4096
-Wl,-z,separate-loadable-segments
-Wl,-z,norelro
-Wl,--build-id=none
"""


def sdk(options):
    build.build(options.mode, list(LIBRARIES), options.verbose)
    folder = Path(options.folder).absolute()
    _copy_headers(folder / "include")
    _join_libraries(options.mode, folder / "lib" / LIBRARY)
    (folder / CONFIGURATION).write_text(OPTIONS)
    print(f"clang++-19 --config {folder / CONFIGURATION} PROGRAM.cpp -o PROGRAM")
    return 0


def _copy_headers(folder):
    for part in HEADERS:
        shutil.rmtree(folder / part, ignore_errors=True)
        for header in (ROOT / part).rglob("*.hpp"):
            target = folder / header.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(header, target)


def _join_libraries(mode, library):
    """The build's libraries only point to its object files; this one holds copies."""
    library.parent.mkdir(parents=True, exist_ok=True)
    library.unlink(missing_ok=True)
    script = [f"create {library}",
              *(f"addlib {build.artefact(mode, name)}" for name in LIBRARIES), "save", "end"]
    done = subprocess.run(["llvm-ar-19", "-M"], input="\n".join(script) + "\n", text=True,
                          check=False, capture_output=True, cwd=build.folder(mode))
    if done.returncode != 0:
        raise Failure("sdk: joining the libraries failed", details=done.stdout + done.stderr)
