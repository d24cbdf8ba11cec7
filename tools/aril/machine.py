# SPDX-License-Identifier: MIT
"""The machine that QEMU makes, as a command line."""

from dataclasses import dataclass

from .project import STATUS_WRONG_OPTION, Failure

QEMU = "qemu-system-aarch64"

# One instruction is one nanosecond of virtual time, waiting is skipped, and nothing of the host's
# clock or chance gets in: two runs are the same to the instruction.
DETERMINISTIC = ("-icount", "shift=0,sleep=off", "-seed", "1",
                 "-rtc", "base=2026-01-01T00:00:00,clock=vm")

# The serial port on QEMU's own input and output, which are ours.
SERIAL_PIPE = ("-chardev", "stdio,id=serial", "-serial", "chardev:serial")


@dataclass(frozen=True)
class Machine:
    """What a user can choose. Each field is an option of `./aril`; cli.py says what they mean."""

    memory: str = "1G"
    cpus: int = 1
    cpu: str = "cortex-a57"
    machine: tuple = ()
    icount: bool = False
    gdb: int | None = None
    qemu_args: tuple = ()
    append: tuple = ()
    arguments: tuple = ()

    def boot_line(self):
        """The boot command line. Blanks separate, so none can stand inside an argument."""
        for argument in self.arguments:
            if argument.split() != [argument]:
                raise Failure(f"an argument of the root program cannot be empty or hold a blank: "
                              f"{argument!r}", STATUS_WRONG_OPTION)
        words = ["exit=semihosting", *self.append]
        if self.arguments:
            words += ["--", *self.arguments]
        return " ".join(words)

    def command(self, image, archive, verdict, serial=SERIAL_PIPE):
        """The command that boots; archive None means without one. Nothing is there by default:
        a device that the guest has not asked for costs time and may need files of its own."""
        command = [QEMU, "-nodefaults", "-display", "none", "-no-reboot", "-accel", "tcg",
                   "-M", ",".join(("virt", *self.machine)), "-cpu", self.cpu,
                   "-m", self.memory, "-smp", str(self.cpus), *serial,
                   "-chardev", f"file,id=verdict,path={_comma_safe(verdict)}",
                   "-semihosting-config", "enable=on,target=native,chardev=verdict",
                   "-kernel", str(image)]
        if archive is not None:
            command += ["-initrd", str(archive)]
        command += ["-append", self.boot_line()]
        if self.icount:
            command += DETERMINISTIC
        if self.gdb is not None:
            command += ["-gdb", f"tcp:127.0.0.1:{self.gdb}", "-S"]
        return command + list(self.qemu_args)


def _comma_safe(path):
    """QEMU separates options by commas, and takes two for one that is meant."""
    return str(path).replace(",", ",,")
