# SPDX-License-Identifier: MIT
"""A hundred boots with each interrupt controller: one that hangs now and then shows here."""

from aril.checks import cases
from aril.machine import Machine
from test_boot import expect_good_boot


@cases(range(1, 101))
def test_gicv2_boots_again(number):
    expect_good_boot(Machine(machine=("gic-version=2",), cpus=1 + number % 8))


@cases(range(1, 101))
def test_gicv3_boots_again(number):
    expect_good_boot(Machine(machine=("gic-version=3",), cpus=1 + number % 8))
