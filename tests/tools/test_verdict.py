# SPDX-License-Identifier: MIT
"""The judgement on how a boot ended."""

from aril.checks import cases, expect, expect_equal
from aril.verdict import judge


@cases([0, 1, 3, 77, 255])
def test_a_proper_end_has_the_status_of_the_guest(status):
    ending = judge(f"off {status}\n", status)
    expect_equal((ending.kind, ending.status, ending.sentence), ("off", status, ""), "the ending")


@cases({
    "another status": ("off 0\n", 1), "no status": ("off \n", 0), "too large": ("off 256\n", 0),
    "two lines": ("off 0\noff 0\n", 0), "no line end": ("off 0", 0), "nothing": ("", 0),
    "nothing, killed": ("", -9), "sign": ("off -1\n", 255), "blank before": (" off 0\n", 0),
    "panic with status 0": ("panic\n", 0), "panic and off": ("panic\noff 0\n", 0),
})
def test_a_verdict_that_is_not_whole_is_none(what):
    ending = judge(*what)
    expect_equal((ending.kind, ending.status), ("lost", 126), "the ending")
    expect(ending.sentence, "nothing is said about it")


def test_a_panic_is_named():
    ending = judge("panic\n", 255, serial="noise\nkernel: panic: queue: broken\n")
    expect_equal((ending.kind, ending.status), ("panic", 134), "the ending")
    expect("queue: broken" in ending.sentence, ending.sentence)


def test_the_serial_port_decides_nothing():
    for text in ("off 0\n", "panic\n", "kernel: panic: no\n", "boot: error: no\n"):
        expect_equal(judge("", 0, serial=text).kind, "lost", f"the ending after {text!r}")
        expect_equal(judge("off 7\n", 7, serial=text).status, 7, f"the status after {text!r}")


def test_a_timeout_counts_even_after_a_verdict():
    # QEMU was still there: the guest has not ended.
    ending = judge("off 0\n", -15, timeout=2)
    expect_equal((ending.kind, ending.status), ("timeout", 124), "the ending")


def test_what_qemu_complained_about_is_said():
    ending = judge("", 1, qemu_errors="qemu-system-aarch64: -foo: invalid option\n")
    expect_equal(ending.sentence, "QEMU failed: -foo: invalid option", "the sentence")


def test_what_boot_complained_about_is_said():
    ending = judge("", 0, serial="boot: hello\nboot: error: there is no archive\n")
    expect("there is no archive" in ending.sentence, ending.sentence)
