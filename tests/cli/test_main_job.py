"""The main job on the command line: what is written, what is said, how it ends."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from valohai_steps.cli.main import main

from .conftest import EXAMPLE, Result, Run, names

# What `make demo` shows, byte for byte.
EXAMPLE_YAML = """\
- step:
    name: train
    image: tensorflow/tensorflow:gpu
    command:
      - pip install -r requirements.txt
      - python ./train.py {parameters}
    parameters:
      - name: learning-rate
        default: 0.001
        optional: false
        type: float
    inputs:
      - name: training-set
        default: http://example.com/training_set.zip
        optional: false
"""


def test_the_example_in_an_empty_folder(run: Run, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(EXAMPLE)
    assert run("update", "train.py") == Result(
        0, "", "valohai.yaml: created: 1 step added\nrequirements.txt: created: added valohai-utils\n"
    )
    assert (tmp_path / "valohai.yaml").read_bytes() == EXAMPLE_YAML.encode()
    assert (tmp_path / "requirements.txt").read_bytes() == b"valohai-utils\n"


def test_a_second_update_leaves_bytes_and_time_alone(run: Run, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(EXAMPLE)
    run("update", "train.py")
    before = (tmp_path / "valohai.yaml").stat()
    assert run("update", "train.py") == Result(0, "", "valohai.yaml: up to date\n")
    after = (tmp_path / "valohai.yaml").stat()
    assert (before.st_mtime_ns, before.st_ino) == (after.st_mtime_ns, after.st_ino)


def test_check_says_what_would_change_and_writes_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(EXAMPLE)
    run("update", "train.py")
    assert run("update", "--check").code == 0
    (tmp_path / "train.py").write_text(EXAMPLE.replace("0.001", "0.01"))
    assert run("update", "--check") == Result(
        1,
        """\
--- a/valohai.yaml
+++ b/valohai.yaml
@@ -6,7 +6,7 @@
       - python ./train.py {parameters}
     parameters:
       - name: learning-rate
-        default: 0.001
+        default: 0.01
         optional: false
         type: float
     inputs:
""",
        "valohai.yaml: would change: changed learning-rate\n",
    )
    assert (tmp_path / "valohai.yaml").read_bytes() == EXAMPLE_YAML.encode()


def test_what_cannot_be_known_is_refused_at_its_place(run: Run, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(
        'import valohai\n\ninputs = {"training-set": f"http://{my_domain}/training_set.zip"}\n'
        'valohai.prepare(step="train", default_inputs=inputs)\n'
    )
    result = run("update", "train.py")
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("train.py:3:37: my_domain is not defined in this file")
    assert result.err.endswith("(nothing was written)\n")
    assert names(tmp_path) == ["train.py"]


BAD_INPUT: dict[str, tuple[dict[str, str | bytes], str]] = {
    "a syntax error in the call": (
        {"train.py": "import valohai\nvalohai.prepare(step='a' 3)\n"},
        "train.py:2:",
    ),
    "an empty file": ({"train.py": ""}, "train.py: no valohai.prepare() call in this file"),
    "a file without a call": (
        {"train.py": "import valohai\n"},
        "train.py: no valohai.prepare() call in this file",
    ),
    "no file": ({}, "train.py: no such file or folder; check the path"),
    "bytes that are no text": ({"train.py": b"import valohai\n\xff\xfe\x00"}, "train.py: "),
    "a yaml that does not parse": (
        {"train.py": EXAMPLE, "valohai.yaml": "- step:\n    name: [train\n"},
        "valohai.yaml:",
    ),
    "a folder in the yaml's place": ({"train.py": EXAMPLE, "valohai.yaml/": ""}, "this is a folder"),
}


@pytest.mark.parametrize("case", BAD_INPUT)
def test_bad_input_is_one_clear_line_and_writes_nothing(case: str, run: Run, tmp_path: Path) -> None:
    files, expected = BAD_INPUT[case]
    for name, content in files.items():
        if name.endswith("/"):
            (tmp_path / name).mkdir()
        else:
            data = content if isinstance(content, bytes) else str(content).encode()
            (tmp_path / name).write_bytes(data)
    before = {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    result = run("update", "train.py")
    assert (result.code, result.out) == (2, "")
    assert expected in result.err
    assert result.err.count("\n") == 1
    assert "Traceback" not in result.err
    assert {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before


# Everything is imported by a dry run before the rights are dropped: the packages may lie where only root
# may read.
_AS_NOBODY = """
import contextlib, io, os, sys
from valohai_steps.cli.main import main
os.chdir(sys.argv[1])
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    main(["update", "--diff", "train.py"])
    main(["check"])
if os.getuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
sys.exit(main(sys.argv[2:]))
"""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other users reach: pytest closes its own to them, at the start of each of its runs."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def as_nobody(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command line in a folder, run by somebody who is not root."""
    return subprocess.run(
        [sys.executable, "-c", _AS_NOBODY, str(folder), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


closed_to_owners = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no mode that keeps an owner from a folder"
)


@closed_to_owners
def test_a_folder_that_may_not_be_written_is_one_clear_line(open_folder: Path) -> None:
    (open_folder / "train.py").write_text(EXAMPLE)
    (open_folder / "train.py").chmod(0o444)
    open_folder.chmod(0o555)
    done = as_nobody(open_folder, "update", "train.py")
    open_folder.chmod(0o755)
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert done.stderr.count("\n") == 1
    assert (
        "permission denied; check the rights of the file and its folder; nothing was written" in done.stderr
    )
    assert names(open_folder) == ["train.py"]


@closed_to_owners
@pytest.mark.parametrize("arguments", [["update", "--check"], ["update", "--diff", "."], ["check"]])
def test_what_may_not_be_read_is_said_and_all_else_is_looked_at(
    arguments: list[str], open_folder: Path
) -> None:
    (open_folder / "train.py").write_text("import valohai\nvalohai.prepare(step='train', image='x')\n")
    main(["update", "--yaml", str(open_folder / "valohai.yaml"), str(open_folder / "train.py")])
    (open_folder / "sub").mkdir()
    closed = {"other.py": EXAMPLE, "valohai.txt": EXAMPLE, "sub/other.py": EXAMPLE, ".gitignore": "kept\n"}
    for name, text in closed.items():
        (open_folder / name).write_text(text)
    (open_folder / "kept").mkdir()
    for name in ("other.py", "valohai.txt", "sub", "kept"):
        (open_folder / name).chmod(0)
    open_folder.chmod(0o777)
    done = as_nobody(open_folder, *arguments)
    for name in ("sub", "kept"):
        (open_folder / name).chmod(0o755)
    assert done.returncode == 2, done.stderr
    why = "permission denied; check the rights of the file and its folder (passed over)"
    said = done.stderr.splitlines()
    assert [line for line in said if "passed over" in line] == [f"other.py: {why}", f"sub: {why}"]
    assert [line for line in said if "passed over" not in line] == [
        "no findings in 2 files" if arguments[0] == "check" else "valohai.yaml: up to date"
    ]


def test_all_files_are_written_or_none(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(EXAMPLE)
    (tmp_path / "b.py").write_text("import valohai\nvalohai.prepare(step=unknown)\n")
    assert run("update", "a.py", "b.py").code == 2
    assert names(tmp_path) == ["a.py", "b.py"]


def test_show_prints_the_yaml_and_writes_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(EXAMPLE)
    assert run("show", "train.py") == Result(0, EXAMPLE_YAML, "")
    assert names(tmp_path) == ["train.py"]


def test_check_prints_places_codes_and_messages(run: Run, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(EXAMPLE)
    assert run("check", "train.py") == Result(
        0,
        "train.py:6:10: VH201 information: step 'train' is not in valohai.yaml; "
        "update valohai.yaml to add it\n",
        "1 information\n",
    )


def test_check_as_json_has_ruffs_shape(run: Run, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(EXAMPLE)
    (finding,) = json.loads(run("check", "train.py", "--output-format", "json").out)
    assert finding.pop("url").endswith("rules.md#L" + finding_line("VH201"))
    assert finding == {
        "code": "VH201",
        "name": "step-missing",
        "severity": "information",
        "message": "step 'train' is not in valohai.yaml; update valohai.yaml to add it",
        "filename": str(tmp_path / "train.py"),
        "location": {"row": 6, "column": 10},
        "end_location": {"row": 6, "column": 17},
        "fix": None,
    }


def finding_line(code: str) -> str:
    lines = (Path(__file__).parents[2] / "docs" / "rules.md").read_text("utf-8").splitlines()
    return str(next(number for number, line in enumerate(lines, 1) if line.startswith(f"## {code}")))


def test_the_command_line_starts_without_the_server() -> None:
    script = (
        "import sys; from valohai_steps.cli.main import main; main(['show', sys.argv[1]]);"
        "print([name for name in sys.modules if name.split('.')[0] in"
        " ('pygls', 'lsprotocol', 'jsonschema', 'valohai_yaml', 'cattrs', 'asyncio')], file=sys.stderr)"
    )
    example = Path(__file__).parents[2] / "examples" / "train.py"
    done = subprocess.run(
        [sys.executable, "-c", script, str(example)], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stderr == "[]\n"
