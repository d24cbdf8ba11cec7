# SPDX-License-Identifier: MIT
"""What stands behind `./aril`.

Read in this order: cli (the commands), packages and libfdt (what must be installed), build (meson),
machine (the QEMU command line), guest (one boot, from start to verdict), levels/ (the tests).
"""
