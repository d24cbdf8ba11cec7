# SPDX-License-Identifier: MIT
"""The shell: lines with `./aril run -c`, and a person at its prompt."""

import hashlib
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from aril.checks import alone, cases, expect, expect_equal
from person import person
from support import aril

PROMPT = r"aril:\S*( \[\d+\])?\$ "


def run(*lines, status=0):
    """What these lines print; they end with the status."""
    ended, output, errors = aril("run", "-c", "\n".join(lines))
    expect_equal(ended, status, f"the status; {output!r} {errors!r}")
    return output


# Each is a script for any sh: where there is one on this machine, it must do the same.
SCRIPTS = sorted((Path(__file__).parent / "shell").glob("*.sh"))


@cases({path.stem: path for path in SCRIPTS})
def test_a_script_does_what_it_does_in_sh(path):
    status, output, errors = aril("run", "--script", str(path))
    sh = shutil.which("sh")
    if sh is None:
        expect(output, f"it printed nothing; {errors!r}")
        return
    with tempfile.TemporaryDirectory(prefix="aril-") as folder:
        environment = {"PATH": "/usr/bin:/bin", "TMPDIR": folder, "LC_ALL": "C"}
        theirs = subprocess.run([sh, str(path)], capture_output=True, text=True, check=False,
                                cwd=folder, env=environment)
    expect_equal(output, theirs.stdout, f"the output; {errors!r}")
    expect_equal(status, theirs.returncode, "the status")


@cases({
    "its own": ("hello 42 >/dev/null", 42),
    "of the last part": ("false | hello 5 >/dev/null", 5),
    "negated": ("! hello 5 >/dev/null", 0),
    "exit": ("exit 300", 44),
    "nothing of that name": ("nothing", 127),
    "no program": ("/etc/manifest", 126),
    "a crash": ("(tour crash)", 139),
    "killed": ("sleep 100 & kill %1; wait %1", 137),
    "a mistake": ("echo (", 2),
    "wrong use": ("cd one two", 2),
    "no file": ("cat </nothing", 1),
    "no value": ("echo ${x:?is missing}; echo after", 1),
    "none where one is demanded": ("set -u; echo $none; echo after", 1),
    "no function": ("local x=1", 1),
    "its end's": ("trap 'exit 6' EXIT; exit 5", 6),
    "what does not happen": ("trap : INT", 1),
    "a text that does not end": ("cat <<END", 2),
})
def test_a_line_ends_with_the_status_of_its_last_command(case):
    line, status = case
    run(line, status=status)


def test_a_word_can_be_an_input():
    expect_equal(run("x='a  b'; cat <<<\"$x c\"; wc -l <<<''; read y <<<$x; echo $y"),
                 "a  b c\n1\na b\n", "the output")


def test_a_shell_has_all_streams_that_it_was_given():
    expect_equal(run("echo one >/f; echo 'read x <&4; echo $x' >/s; shell /s 4</f"),
                 "one\n", "what it read")


def test_a_text_in_a_script_may_be_long():
    lines = [f"line {number} of $((6 * 7)) " + "x" * 50 for number in range(20000)]
    with tempfile.NamedTemporaryFile("w", suffix=".sh") as script:
        script.write("\n".join(["cat <<END | sha256sum", *lines, "END", "ls -a /tmp"]))
        script.flush()
        status, output, errors = aril("run", "--script", script.name)
    expect_equal(status, 0, f"the status; {errors!r}")
    whole = "".join(line.replace("$((6 * 7))", "42") + "\n" for line in lines)
    digest = hashlib.sha256(whole.encode()).hexdigest()
    expect_equal(output.split(), [digest, "-", ".", ".."], "the sum, and what is left of it")


def test_mistakes_are_told_in_a_sentence_with_their_place():
    _, output, errors = aril("run", "-c", "echo one\nif true; done")
    expect_equal(output, "one\n", "what was run before")
    expect("shell: line 2, column 10: 'done' is not expected here; 'then' is" in errors, errors)


def test_builtins_stand_in_pipelines_and_redirections():
    output = run("help | head -n 1; type cd | cat; help >f; wc -l <f; export | grep PATH")
    expect("This is the shell" in output and "cd is a command" in output, f"{output!r}")


def test_a_program_lacks_what_was_left_out():
    run("without files ls / && exit 1; without spawner shell -c hello; "
        "[ $? = 126 ] || exit 2; without output,error hello; exit 0")


def test_a_job_stays_within_its_limits():
    output = run("within processes=3 shell -c 'sleep 1& sleep 1& sleep 1& sleep 1& wait' 2>&1")
    expect("exhausted" in output, f"{output!r}")


def test_without_memory_a_command_is_refused_and_the_shell_goes_on():
    output = run("within pages=500 shell -c '(x=$(yes)); echo still here' 2>&1")
    expect_equal(output, "shell: $(...): there is no memory for its output\nstill here\n",
                 "the output")


def test_the_tour_tells_the_truth():
    run("tour --check >/dev/null")


def test_nothing_is_lost_in_a_thousand_commands():
    # Programs, pipes, substitutions, functions, redirections; then the same with equal books.
    work = ("f() { x=$1; }; i=0; while [ $i -lt 100 ]; do i=$((i+1)); f $i; hello >/dev/null; "
            "x=$(echo $i); echo $x | cat >/f; cat </f | wc >/dev/null; (true); nothing; "
            "hello & wait; done >/dev/null 2>&1")
    output = run(work, "tour pages", work, "tour pages").split("\n")
    expect_equal(output[0], output[1], "the books")


@alone
def test_a_person_edits_lines_and_looks_at_old_ones():
    with person("run") as me:
        me.wait_for(PROMPT)
        me.type("echo wrold\x1b[D\x1b[D\x1b[D\x14\x1b[F!\n")
        me.wait_for("\nworld!\n.*" + PROMPT)
        me.type("\x1b[A\x17echo again\x1b[H\x1bd\x04\n")
        me.wait_for("\nagain\n")
        me.wait_for(PROMPT)
        me.type("\x12wrold\x07\x12world\x05?\n")
        me.wait_for("\nworld!\\?\n.*" + PROMPT)
        me.type("for i in 1 2\ndo echo i$i\ndone\n")
        me.wait_for("\ni1\ni2\n.*" + PROMPT)
        me.type("tr a-z A-Z <<end\nmore\nend\n")
        me.wait_for("\nMORE\n.*" + PROMPT)
        me.type("exit 3\n")
        expect_equal(me.end(), 3, "the status")


@alone
def test_a_person_completes_with_tab():
    with person("run") as me:
        me.wait_for(PROMPT)
        me.type("mkdir -p /some/where; hel\t\x15mkdir -p /some/where\n")
        me.wait_for(PROMPT)
        me.type("ech\t done\n")
        me.wait_for("\ndone\n.*" + PROMPT)
        me.type("cd /so\twh\t\n")
        me.wait_for("aril:/some/where\\$ ")
        me.type("echo $HO\t\n")
        me.wait_for("\n/\n.*" + PROMPT)
        me.type("mk\t\t")
        me.wait_for("mkdir +mktemp\n")
        me.type("\x03")
        me.wait_for("\\[130\\]\\$ ")
        me.type("exit\n")
        expect_equal(me.end(), 130, "the status")


@alone
def test_control_c_ends_what_runs_and_not_the_shell():
    with person("run") as me:
        me.wait_for(PROMPT)
        for line in ("sleep 100", "sleep 100 | sleep 200", "shell -c 'sleep 100 & sleep 100'",
                     "while true; do true; done", "cat", "x=$(sleep 100)", "(sleep 100; echo no)"):
            me.type(line + "\n")
            me.wait_for(re.escape(line) + "\n")
            # It may not have come so far as to listen; nothing is lost by another one.
            me.wait_for_quiet(0.3)
            me.type("\x03")
            me.wait_for("\\[130\\]\\$ ")
        me.type("true; jobs; exit 9\n")
        expect_equal(me.end(), 9, "the status")


@alone
def test_jobs_run_in_the_background_and_are_told_when_they_end():
    with person("run") as me:
        me.wait_for(PROMPT)
        me.type("sleep 100 &\n")
        me.wait_for("\\[1\\] \\d+\n.*" + PROMPT)
        me.type("hello 3 >/dev/null & jobs\n")
        me.wait_for("\\[1\\] running  sleep 100\n")
        me.wait_for(PROMPT)
        me.type("wait %2; echo is $?\n")
        me.wait_for("\nis (3|127)\n.*" + PROMPT)
        me.type("kill %1; wait; true\n")
        me.wait_for(PROMPT)
        me.type("exit 0\n")
        expect_equal(me.end(), 0, "the status")


@alone
def test_a_shell_in_the_shell_has_the_terminal_for_a_while():
    with person("run") as me:
        me.wait_for(PROMPT)
        me.type("shell\n")
        me.wait_for("Welcome.*" + PROMPT)
        me.type("sleep 100\n")
        me.wait_for("sleep 100\n")
        me.wait_for_quiet(0.3)
        me.type("\x03")
        me.wait_for("\\[130\\]\\$ ")
        me.type("poweroff\n")
        me.wait_for("only the shell that came first.*" + PROMPT)
        me.type("exit 4\n")
        me.wait_for("\\[4\\]\\$ ")
        me.type("poweroff\n")
        expect_equal(me.end(), 0, "the status")


@alone
def test_the_tour_asks_and_shows():
    with person("run") as me:
        me.wait_for(PROMPT)
        me.type("tour\n")
        me.wait_for("1 of 8.*tour> ")
        me.type("echo mine\n")
        me.wait_for("\nmine\n.*tour> ")
        me.type("\n")
        me.wait_for("status 42.*2 of 8.*tour> ")
        me.type("q\n")
        me.wait_for(PROMPT)
        me.type("\x04")
        expect_equal(me.end(), 0, "the status")
