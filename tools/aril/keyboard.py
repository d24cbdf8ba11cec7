# SPDX-License-Identifier: MIT
"""A person's keys on their way to the guest. All of them are the guest's; only X right after Ctrl-A
ends the machine. QEMU can do the same, but keeps Ctrl-A and what follows it to itself, and at a
shell Ctrl-A is the way to the start of a line."""

import termios

CONTROL_A = 0x01


class Keys:
    """`leave` is called at Ctrl-A X; from then on the guest gets nothing."""

    def __init__(self, leave):
        self._leave = leave
        self._after_control_a = False
        self.has_left = False

    def feed(self, data):
        for at, byte in enumerate(data):
            if self.has_left:
                return b""
            if self._after_control_a and byte in b"xX":
                self.has_left = True
                self._leave()
                return data[:at]
            self._after_control_a = byte == CONTROL_A
        return data

    def close(self):
        return b""


def hand_through(terminal):
    """Puts a terminal into the mode in which each key is a byte at once, Ctrl-C too."""
    mode = termios.tcgetattr(terminal)
    mode[0] &= ~(termios.IGNBRK | termios.BRKINT | termios.PARMRK | termios.ISTRIP |
                 termios.INLCR | termios.IGNCR | termios.ICRNL | termios.IXON)
    mode[3] &= ~(termios.ECHO | termios.ECHONL | termios.ICANON | termios.IEXTEN | termios.ISIG)
    mode[6][termios.VMIN], mode[6][termios.VTIME] = 1, 0
    termios.tcsetattr(terminal, termios.TCSADRAIN, mode)
