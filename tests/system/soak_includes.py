# SPDX-License-Identifier: MIT
"""Everything is built once more, without the headers that are otherwise compiled ahead."""

import tempfile
from pathlib import Path

from aril.checks import alone, expect, expect_equal
from support import aril, copy_of_the_sources

TIMEOUT = 3600


@alone
def test_each_source_includes_what_it_uses():
    with tempfile.TemporaryDirectory() as folder:
        copy = copy_of_the_sources(Path(folder))
        description = copy / "meson.build"
        text = description.read_text()
        expect("b_pch=true" in text, "it is not switched on")
        description.write_text(text.replace("b_pch=true", "b_pch=false"))
        # This test wants to have all of both modes.
        status, output, errors = aril("test", "style", "-k", "compile commands cover",
                                      timeout=TIMEOUT, project=copy)
    expect_equal(status, 0, f"the status\n{output}\n{errors}")
