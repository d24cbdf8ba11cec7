# SPDX-License-Identifier: MIT
"""What a person sees: a small emulator of a terminal, as far as programs of the guest use one."""

import codecs
import re
import unicodedata

SEQUENCE = re.compile(r"\x1b\[([?>]?)([0-9;]*)([@-~])")
BEGINNING = re.compile(r"\x1b(\[[?>]?[0-9;]*)?$")
LONGEST_SEQUENCE = 32


class Screen:
    """Rows of characters and a cursor. feed() gives what the terminal answers by itself."""

    def __init__(self, columns=80, rows=24):
        self.columns, self.rows = columns, rows
        self.row = self.column = 0
        self.bells = 0
        self.scrolled = []  # lines that have left the screen at its top
        self._cells = [self._blank() for _ in range(rows)]
        self._saved = (0, 0)
        self._must_wrap = False  # the last column is full: the next character begins a line
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._held = ""
        self._answers = b""

    def _blank(self):
        return [" "] * self.columns

    def lines(self):
        return ["".join(cells).rstrip() for cells in self._cells]

    def text(self):
        """All that is on the screen, without the empty lines at its end."""
        return "\n".join(self.lines()).rstrip("\n")

    def line(self):
        """The one that the cursor is in."""
        return self.lines()[self.row]

    def feed(self, data):
        self._answers = b""
        text, self._held = self._held + self._decoder.decode(data), ""
        position = 0
        while position < len(text):
            if text[position] != "\x1b":
                self._put(text[position])
                position += 1
            elif match := SEQUENCE.match(text, position):
                self._obey(match[1], [int(n) if n else 0 for n in match[2].split(";")], match[3])
                position = match.end()
            elif BEGINNING.match(text, position) and len(text) - position < LONGEST_SEQUENCE:
                self._held = text[position:]
                break
            else:
                self._obey_short(text[position + 1 : position + 2])
                position += 2
        return self._answers

    def _put(self, character):
        match character:
            case "\r":
                self._go(column=0)
            case "\n":
                self._feed_line()
            case "\b":
                self._go(column=max(0, self.column - 1))
            case "\t":
                self._go(column=min(self.columns - 1, self.column // 8 * 8 + 8))
            case "\a":
                self.bells += 1
            case _ if character >= " ":
                self._show(character)

    def _show(self, character):
        if unicodedata.combining(character):
            return
        width = 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if self._must_wrap or self.column + width > self.columns:
            self._go(column=0)
            self._feed_line()
        self._cells[self.row][self.column] = character
        if width == 2:
            self._cells[self.row][self.column + 1] = ""
        self.column += width
        if self.column == self.columns:
            self.column -= 1
            self._must_wrap = True

    def _feed_line(self):
        self._must_wrap = False
        if self.row + 1 < self.rows:
            self.row += 1
            return
        self.scrolled.append("".join(self._cells.pop(0)).rstrip())
        self._cells.append(self._blank())

    def _go(self, row=None, column=None):
        self._must_wrap = False
        if row is not None:
            self.row = max(0, min(self.rows - 1, row))
        if column is not None:
            self.column = max(0, min(self.columns - 1, column))

    def _obey_short(self, letter):
        if letter == "7":
            self._saved = (self.row, self.column)
        elif letter == "8":
            self._go(*self._saved)

    def _obey(self, mark, numbers, letter):
        if mark:
            return  # modes that change nothing here
        first, count = numbers[0], max(1, numbers[0])
        cells = self._cells[self.row]
        match letter:
            case "A":
                self._go(row=self.row - count)
            case "B":
                self._go(row=self.row + count)
            case "C":
                self._go(column=self.column + count)
            case "D":
                self._go(column=self.column - count)
            case "G":
                self._go(column=count - 1)
            case "d":
                self._go(row=count - 1)
            case "H" | "f":
                self._go(count - 1, max(1, (numbers + [0])[1]) - 1)
            case "J":
                self._erase_screen(first)
            case "K":
                self._erase_line(cells, first)
            case "P":
                cells[self.column :] = cells[self.column + count :] + [" "] * min(
                    count, self.columns - self.column)
            case "@":
                cells[self.column :] = ([" "] * count + cells[self.column :])[
                    : self.columns - self.column]
            case "n" if first == 6:
                self._answers += f"\x1b[{self.row + 1};{self.column + 1}R".encode()
            case "m":
                pass  # colours
            case _:
                raise AssertionError(f"the screen does not know ESC [ {numbers} {letter}")

    def _erase_line(self, cells, which):
        start = 0 if which else self.column
        end = self.column + 1 if which == 1 else self.columns
        cells[start:end] = [" "] * (end - start)

    def _erase_screen(self, which):
        before, after = which in (1, 2, 3), which in (0, 2, 3)
        for row in range(self.rows):
            if (row < self.row and before) or (row > self.row and after):
                self._cells[row] = self._blank()
        self._erase_line(self._cells[self.row], which if which < 2 else 2)
