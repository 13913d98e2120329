"""What the tools print becomes exceptions with a place."""

import os
import unittest
from unittest import mock

from lacuna import LacunaError, ToolNotFound
from lacuna.errors import parse_diagnostics
from lacuna.tools import find_tool


class Parsing(unittest.TestCase):
    def test_places(self):
        found = parse_diagnostics(
            "m.mlir:3:7: error: no such layer\n"
            "note: try another\n"
            "m.mlir:9: warning: odd\n"
            "m.elf:byte 18: error: too short\n"
            "error: a subcommand is needed\n"
        )
        self.assertEqual([one.file for one in found], ["m.mlir", "m.elf", None])
        self.assertEqual((found[0].line, found[0].column), (3, 7))
        self.assertEqual(found[0].notes, ("try another",))
        self.assertEqual((found[1].line, found[1].offset), (None, 18))

    def test_colons_and_lines(self):
        found = parse_diagnostics("a:b.mlir:3:7: error: not a: b\n  goes on\n")
        self.assertEqual((found[0].file, found[0].line), ("a:b.mlir", 3))
        self.assertEqual(found[0].message, "not a: b\n  goes on")

    def test_text_is_the_tools_form(self):
        text = "m.mlir:3:7: error: no such layer\nnote: try another"
        self.assertEqual(str(LacunaError(parse_diagnostics(text))), text)


class Finding(unittest.TestCase):
    def test_missing(self):
        elsewhere = mock.patch.dict(os.environ, {"LACUNA_TOOLS": "/nowhere"})
        with elsewhere, self.assertRaises(ToolNotFound) as caught:
            find_tool("lacuna")
        self.assertIn("/nowhere", caught.exception.message)


if __name__ == "__main__":
    unittest.main()
