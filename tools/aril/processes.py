# SPDX-License-Identifier: MIT
"""Other programs that we start, and that never outlive us."""

import contextlib
import ctypes
import signal
import subprocess
import threading

from .project import Failure

PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)
_lock = threading.Lock()
_running = set()


def _die_with_parent():
    """Runs in the new process before the program: even if we are killed, it ends."""
    _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@contextlib.contextmanager
def started(command, **options):
    """The program as a Popen; when the block is left, it has ended."""
    try:
        process = subprocess.Popen(command, preexec_fn=_die_with_parent, **options)
    except FileNotFoundError:
        raise Failure(f"{command[0]} is not installed") from None
    with _lock:
        _running.add(process)
    try:
        with process:
            try:
                yield process
            finally:
                _end(process)
    finally:
        with _lock:
            _running.discard(process)


def _end(process):
    """Asks first: one of our own commands must be able to end what it has started."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(2)
        except subprocess.TimeoutExpired:
            process.kill()


def end_all():
    """Asks all programs to end; whoever waits for one goes on."""
    with _lock:
        for process in _running:
            process.terminate()


def finished(command, timeout, **options):
    """Runs to the end; status (None: it took too long), output and error output as text."""
    with started(command, stdin=options.pop("stdin", subprocess.DEVNULL), stdout=subprocess.PIPE,
                 stderr=subprocess.PIPE, **options) as process:
        try:
            output, errors = process.communicate(timeout=timeout)
            status = process.returncode
        except subprocess.TimeoutExpired:
            _end(process)
            output, errors = process.communicate()
            status = None
        return status, output.decode(errors="replace"), errors.decode(errors="replace")
