"""Manners: colour and progress for a person only, silence when asked, no traceback into a closed pipe."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from valohai_steps.interrupts import INTERRUPTED

from .conftest import Result, Run, on_a_terminal, process, source

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminal in the library")


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """A project with 200 folders and 60 files with steps."""
    for number in range(200):
        folder = tmp_path / f"f{number}"
        folder.mkdir()
        if number < 60:
            (folder / "train.py").write_text(source(f"s{number}", lr=0.2))
    return tmp_path


@posix
def test_a_terminal_gets_colour_and_a_progress_line_that_goes_away(many: Path) -> None:
    code, shown = on_a_terminal(many, "update", "--diff")
    assert code == 0
    assert "\r\x1b[Klooking for steps: 200 folders, now in f" in shown
    assert "\r\x1b[Kreading: 50 of 60 files\r\x1b[K" in shown
    assert "\x1b[32m+- step:\x1b[0m\n" in shown
    assert shown.endswith("valohai.yaml: would be created: 60 steps added\n" + last_line("requirements.txt"))


def last_line(name: str) -> str:
    return f"\r\x1b[K{name}: would be created: added valohai-utils\n"


@posix
def test_no_color_and_dumb_terminals_get_none(many: Path) -> None:
    assert "\x1b[32m" not in on_a_terminal(many, "update", "--diff", NO_COLOR="1")[1]
    assert "\x1b[32m" in on_a_terminal(many, "update", "--diff", NO_COLOR="")[1]
    assert "\x1b" not in on_a_terminal(many, "update", "--diff", TERM="dumb")[1]


@posix
def test_findings_are_coloured_by_severity(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("import valohai\nvalohai.prepare(step=unknown)\n")
    code, shown = on_a_terminal(tmp_path, "check")
    assert code == 1
    assert shown.startswith("\x1b[1mtrain.py:2:22:\x1b[0m \x1b[31mVH101 error:\x1b[0m unknown is not defined")


@posix
def test_line_ends_do_not_reach_a_terminal_and_do_reach_a_pipe(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(source(lr=0.2))
    process(tmp_path, "update")
    path = tmp_path / "valohai.yaml"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    (tmp_path / "train.py").write_text(source(lr=0.3))
    assert b"+        default: 0.3\r\n" in process(tmp_path, "update", "--diff").stdout
    assert "\x1b[32m+        default: 0.3\x1b[0m\n" in on_a_terminal(tmp_path, "update", "--diff")[1]


def test_a_pipe_gets_neither_colour_nor_progress(many: Path) -> None:
    done = process(many, "update")
    assert (done.returncode, done.stdout) == (0, b"")
    assert (
        done.stderr
        == b"valohai.yaml: created: 60 steps added\nrequirements.txt: created: added valohai-utils\n"
    )


def test_quiet_keeps_results_and_errors(run: Run, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(source(lr=0.2))
    assert run("check", "-q").out.startswith("train.py:3:22: VH201")
    assert run("check", "-q").err == ""
    assert run("update", "--quiet", "--check").out.startswith("--- /dev/null\n+++ b/valohai.yaml\n")
    assert run("update", "--quiet") == Result(0, "", "")
    assert run("update", "--quiet", "nope.py").err == (
        "valohai-steps: nope.py: no such file or folder; check the path\n"
    )


@posix
@pytest.mark.parametrize("stream", [">&-", "2>&-", ">&- 2>&-", "<&-"])
def test_a_closed_stream_is_no_accident(stream: str, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(source(lr=0.2))
    command = f"'{sys.executable}' -m valohai_steps update {stream}"
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, b"")
    assert b"Traceback" not in done.stderr
    assert (tmp_path / "valohai.yaml").exists()


@posix
def test_a_reader_that_leaves_is_no_error_of_ours(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "valohai_steps", "rules"]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path)
    assert running.stdout is not None
    assert running.stderr is not None
    running.stdout.close()
    said = running.stderr.read()
    running.stderr.close()
    assert (running.wait(60), said) == (2, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_an_output_that_is_full_is_one_line(tmp_path: Path) -> None:
    command = f"'{sys.executable}' -m valohai_steps rules > /dev/full"
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, timeout=60, check=False)
    assert done.returncode == 2
    assert done.stderr == b"valohai-steps: the output: no space left on device\n"


def test_version_and_help_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    from valohai_steps import __version__
    from valohai_steps.cli.main import main

    for arguments, expected in (
        (["--version"], f"valohai-steps {__version__}\n"),
        (["--help"], "valohai-steps rules VH202          what a finding means and what to do"),
        (["update", "--help"], "stay byte for byte"),
        (["check", "--help"], "# valohai: ignore[VH102]"),
    ):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 0
        assert expected in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["updat"], "valohai-steps: no command 'updat' (did you mean 'update'?); `valohai-steps --help`"),
        (["update", "--chek"], "valohai-steps update: no option --chek (did you mean '--check'?); "),
        (["update", "--che"], "valohai-steps update: no option --che (did you mean '--check'?); "),
        (["sync"], "valohai-steps: no command 'sync'; use `valohai-steps update`; `valohai-steps --help`"),
        (["train.py"], "valohai-steps: no command 'train.py'; use `valohai-steps update train.py`; "),
        (["run"], "valohai-steps: no command 'run'; use `python FILE`; "),
        (["check", "--diff"], "valohai-steps check: no option --diff; use `valohai-steps update --diff`; "),
        (["lint"], "valohai-steps: no command 'lint'; use `valohai-steps check`; "),
        (["check", "--fix"], "valohai-steps check: no option --fix; use `valohai-steps update`; "),
        (
            ["update", "--dry-run"],
            "valohai-steps update: no option --dry-run; use `valohai-steps update --diff`; ",
        ),
        (["rules", "a", "b"], "valohai-steps rules: too many arguments at b; "),
        (["check", "--output-format", "xml"], "valohai-steps check: argument --output-format: "),
        (["update", "--requirements", "x", "--no-requirements"], "not allowed with argument --requirements"),
        (["show"], "the following arguments are required: FILE; `valohai-steps show --help` tells more"),
        ([], "examples:\n  valohai-steps update train.py"),
    ],
)
def test_a_wrong_command_line_ends_with_2_and_the_way_on(
    arguments: list[str], expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from valohai_steps.cli.main import main

    with pytest.raises(SystemExit) as ended:
        main(arguments)
    printed = capsys.readouterr()
    assert (ended.value.code, printed.out) == (2, "")
    assert expected in printed.err


# A process that is started in the background ignores Ctrl-C, and so would a server of these tests.
SERVING = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from valohai_steps.__main__ import run
sys.exit(run())
"""


@posix
@pytest.mark.parametrize(("command", "who"), [("server", "an editor"), ("mcp", "an agent")])
def test_a_server_started_by_hand_says_what_it_waits_for_and_ends_quietly(
    command: str, who: str, tmp_path: Path
) -> None:
    import pty

    here, there = pty.openpty()
    server = subprocess.Popen(
        [sys.executable, "-c", SERVING, command],
        cwd=tmp_path,
        stdin=there,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    os.close(there)
    try:
        assert server.stderr is not None
        line = server.stderr.readline().decode()
        assert line.startswith("valohai-steps: this is the ")
        assert f"which {who} starts" in line
        assert line.endswith("; to end it, press Ctrl+C\n")
        server.send_signal(signal.SIGINT)
        out, rest = server.communicate(timeout=60)
        assert (server.returncode, out, rest) == (INTERRUPTED, b"", b"")
    finally:
        server.kill()
        os.close(here)


def test_a_server_that_a_program_starts_says_nothing(tmp_path: Path) -> None:
    for command in ("server", "mcp"):
        assert process(tmp_path, command).stderr == b""
