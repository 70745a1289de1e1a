"""Settings in pyproject.toml and the requirements file, as the command line obeys them."""

import zipfile
from pathlib import Path

import pytest

from .conftest import Run, names, source


def settle(folder: Path, text: str) -> None:
    (folder / "pyproject.toml").write_text(f"[tool.valohai-steps]\n{text}\n")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """One step."""
    (tmp_path / "train.py").write_text(source(lr=0.1))
    return tmp_path


def requirements(folder: Path) -> str | None:
    path = folder / "requirements.txt"
    return path.read_text() if path.exists() else None


@pytest.mark.parametrize("command", ["update", "check", "show train.py", "update --check"])
def test_what_cannot_be_used_is_reported_by_every_command(command: str, run: Run, project: Path) -> None:
    settle(project, 'imag = "x"\nexclude = "y"')
    assert run(*command.split()).err.splitlines()[:2] == [
        (
            "pyproject.toml: warning: [tool.valohai-steps]: unknown setting 'imag' (did you mean 'image'?); "
            "it is ignored"
        ),
        (
            "pyproject.toml: warning: [tool.valohai-steps]: 'exclude' must be a list of globs, not a string; "
            "it is ignored"
        ),
    ]


def test_a_pyproject_that_is_broken_is_one_warning(run: Run, project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.valohai-steps\n")
    result = run("update", "--no-requirements")
    assert result.code == 0
    assert result.err.startswith("pyproject.toml: warning: cannot be read, its settings are ignored: ")
    assert result.err.endswith("\nvalohai.yaml: created: 1 step added\n")


def test_a_number_that_python_does_not_read_is_a_pyproject_that_is_broken(run: Run, project: Path) -> None:
    (project / "pyproject.toml").write_text(f"[tool.x]\nx = {'9' * 5000}\n")
    (project / "valohai.yaml").write_text(
        "- step:\n    name: train\n    image: x\n    command: pip install . && python train.py\n"
    )  # whether the project requires the runtime is read there too
    result = run("update")
    assert result.code == 0
    assert result.err.startswith(
        "pyproject.toml: warning: has a number of too many digits, its settings are ignored\n"
    )
    assert "valohai.yaml: updated: " in result.err


def test_yaml_and_image_are_obeyed(run: Run, project: Path) -> None:
    settle(project, 'yaml = "ml/steps.yaml"\nimage = "acme/train:1"')
    assert "there is no folder ml; create it" in run("update").err
    (project / "ml").mkdir()
    assert run("update", "--no-requirements").err == "ml/steps.yaml: created: 1 step added\n"
    assert "    image: acme/train:1\n" in (project / "ml" / "steps.yaml").read_text()


def test_rules_are_as_loud_as_they_are_set(run: Run, project: Path) -> None:
    run("update")
    (project / "train.py").write_text(source(lr=0.2))
    assert run("check").code == 1
    settle(project, 'rules = { VH202 = "hint" }')
    assert (run("check").code, run("check").err) == (0, "2 hints\n")
    settle(project, 'rules = { out-of-date = "off" }')
    assert (run("check").code, run("check").out) == (0, "")


def test_folders_are_searched_as_git_and_the_settings_say(run: Run, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("build/\n*_tmp.py\n!keep_tmp.py\n")
    settle(tmp_path, 'exclude = ["src/old/", "draft_*"]')
    for name in (
        "src/a.py", "src/old/b.py", "src/draft_c.py", "src/build/d.py", "src/e_tmp.py", "src/keep_tmp.py",
        "node_modules/f.py", ".hidden/g.py", "env/h.py", "src/no.txt", "elsewhere/i.py",
    ):  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source(path.stem, lr=0.1))
    (tmp_path / "env" / "pyvenv.cfg").write_text("")

    def seen(*arguments: str) -> list[str]:
        return [line.split(":")[0] for line in run("check", *arguments).out.splitlines()]

    assert seen() == ["elsewhere/i.py", "src/a.py", "src/keep_tmp.py"]
    assert seen("src") == ["src/a.py", "src/keep_tmp.py"]
    assert seen("src/build") == ["src/build/d.py"]  # asked for by name
    assert seen("src/old/b.py") == ["src/old/b.py"]


REQUIRED = {
    "made": (None, "valohai-utils\n"),
    "appended": ("torch==2.4", "torch==2.4\nvalohai-utils\n"),
    "there in another spelling": ("Valohai_Utils[x] >= 0.4 ; python_version > '3.8'\n", None),
    "ours is there": ("valohai.steps.runtime\n", None),
    "a comment is no requirement": ("# valohai-utils\n", "# valohai-utils\nvalohai-utils\n"),
    "from a repository": ("git+https://host.example/x/valohai-utils.git@main\n", None),
}


@pytest.mark.parametrize("case", REQUIRED)
def test_the_runtime_is_required_once(case: str, run: Run, project: Path) -> None:
    before, after = REQUIRED[case]
    if before is not None:
        (project / "requirements.txt").write_text(before)
    assert run("update").code == 0
    assert requirements(project) == (after or before)
    assert run("update").err == "valohai.yaml: up to date\n"


def test_included_files_count(run: Run, project: Path) -> None:
    (project / "reqs").mkdir()
    (project / "reqs" / "base.txt").write_text("-r ../deep.txt\n")
    (project / "deep.txt").write_text("valohai-utils\n-r requirements.txt\n")
    (project / "requirements.txt").write_text("-r reqs/base.txt\n")
    assert run("update").err == "valohai.yaml: created: 1 step added\n"


def test_requirements_can_be_named_and_turned_off(run: Run, project: Path) -> None:
    assert run("update", "--no-requirements").code == 0
    assert requirements(project) is None
    settle(project, "requirements = false")
    assert run("update").err == "valohai.yaml: up to date\n"
    assert requirements(project) is None
    settle(project, 'requirements = "gpu.txt"\nruntime = "valohai-steps-runtime>=0.1"')
    assert run("update").err == (
        "gpu.txt: created: added valohai-steps-runtime>=0.1\nvalohai.yaml: up to date\n"
    )
    assert run("update", "--requirements", "cpu.txt").code == 0
    assert (project / "cpu.txt").read_text() == "valohai-steps-runtime>=0.1\n"
    result = run("update", "--requirements", "none/cpu.txt")
    assert (result.code, result.err) == (
        2,
        (
            "valohai-steps: none/cpu.txt: there is no folder none; create it, or leave the file alone with "
            "--no-requirements (nothing was written)\n"
        ),
    )


@pytest.mark.parametrize(
    "named",
    ["https://host.example/r.txt", "../outside.txt", "/etc/r.txt", "$REQUIREMENTS", "'{parameter-value:r}'"],
)
def test_what_is_no_file_of_the_project_is_left_alone(named: str, run: Run, project: Path) -> None:
    run("update", "--no-requirements")
    path = project / "valohai.yaml"
    path.write_text(path.read_text().replace("-r requirements.txt", f"-r {named}"))
    before = names(project)
    assert run("update").err == "valohai.yaml: up to date\n"
    assert names(project) == before


def test_a_requirements_file_that_cannot_be_read_keeps_nothing_from_being_written(
    run: Run, project: Path
) -> None:
    (project / "requirements.txt").write_bytes(b"torch # caf\xe9\n")
    result = run("update")
    assert (result.code, result.err) == (
        0,
        (
            "valohai.yaml: created: 1 step added\n"
            "requirements.txt: byte 11 is not UTF-8; save the file as UTF-8; valohai-utils was not added\n"
        ),
    )
    assert (project / "requirements.txt").read_bytes() == b"torch # caf\xe9\n"


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("gone.txt", "a link to gone.txt, which is not there; create that file or remove the link"),
        ("../other.txt", "leads to {outside}, outside of this project"),
    ],
)
def test_a_requirements_file_that_is_a_link_to_nothing_of_the_project_is_told_of(
    target: str, why: str, run: Run, project: Path
) -> None:
    (project / "requirements.txt").symlink_to(target)
    expected = why.format(outside=project.resolve().parent / "other.txt")
    assert f"requirements.txt: {expected}; valohai-utils was not added\n" in run("update").err
    assert not (project / target).exists()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-8-sig", "latin-1"])
def test_a_requirements_file_is_read_as_pip_reads_it(encoding: str, run: Run, project: Path) -> None:
    path = project / "requirements.txt"
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
    text = "# coding: latin-1\ntorch # café\n" if encoding == "latin-1" else "torch # café\n"
    path.write_bytes(mark + text.encode(encoding))
    assert run("update").code == 0
    data = path.read_bytes()
    assert data.removeprefix(mark).decode(encoding) == f"{text}valohai-utils\n"
    assert data.startswith(mark)
    assert run("update").err == "valohai.yaml: up to date\n"


LOCKED = {
    "pip-compile": "# This file is autogenerated by pip-compile with Python 3.11\ntorch==2.4\n",
    "uv": "# This file was autogenerated by uv via the following command:\n#    uv pip compile\ntorch==2.4\n",
    "hashes": "torch==2.4 \\\n    --hash=sha256:0123\n",
}


@pytest.mark.parametrize("case", LOCKED)
def test_a_locked_file_gets_a_message_instead_of_a_line(case: str, run: Run, project: Path) -> None:
    (project / "requirements.txt").write_text(LOCKED[case])
    result = run("update")
    assert result.code == 0
    first, second = result.err.splitlines()
    assert first == "valohai.yaml: created: 1 step added"
    assert second.startswith("requirements.txt: ")
    assert "add valohai-utils" in second
    assert requirements(project) == LOCKED[case]


def test_each_file_that_the_command_installs_is_looked_at(run: Run, project: Path) -> None:
    run("update", "--no-requirements")
    path = project / "valohai.yaml"
    path.write_text(path.read_text().replace("-r requirements.txt", "-r base.txt -r gpu.txt"))
    (project / "base.txt").write_text(LOCKED["uv"])
    (project / "gpu.txt").write_text("-r more.txt\n")
    (project / "more.txt").write_text("valohai-utils\n")
    assert run("update").err == "valohai.yaml: up to date\n"
    (project / "more.txt").write_text("torch\n")
    assert run("update").err == "gpu.txt: updated: added valohai-utils\nvalohai.yaml: up to date\n"
    assert (project / "gpu.txt").read_text() == "-r more.txt\nvalohai-utils\n"


@pytest.mark.parametrize("how", ["-e .", ".", "./lib", "./wheels/lib-1-py3-none-any.whl"])
def test_a_project_or_wheel_of_this_machine_that_needs_the_runtime_counts(
    how: str, run: Run, project: Path
) -> None:
    for folder in (project, project / "lib"):
        folder.mkdir(exist_ok=True)
        (folder / "pyproject.toml").write_text(
            '[project]\nname = "x"\ndependencies = ["valohai-utils>=0.7"]\n'
        )
    (project / "wheels").mkdir()
    with zipfile.ZipFile(project / "wheels" / "lib-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr("lib-1.dist-info/METADATA", "Name: lib\nRequires-Dist: Valohai_Utils (>=0.7)\n\n")
    (project / "requirements.txt").write_text(f"torch\n{how}\n")
    assert run("update").err == "valohai.yaml: created: 1 step added\n"
    (project / "requirements.txt").write_text("torch\n")
    path = project / "valohai.yaml"
    path.write_text(
        path.read_text().replace("-r requirements.txt", f"-r requirements.txt && pip install {how}")
    )
    assert run("update").err == "valohai.yaml: up to date\n"


def test_a_step_of_a_project_without_a_requirements_file_installs_the_project(
    run: Run, project: Path
) -> None:
    text = '[project]\nname = "x"\ndependencies = ["torch"]\n'
    (project / "pyproject.toml").write_text(text)
    assert run("update").err == (
        "valohai.yaml: created: 1 step added\n"
        "pyproject.toml: the project does not require valohai-utils; add it to its dependencies\n"
    )
    assert "- pip install .\n" in (project / "valohai.yaml").read_text()
    assert requirements(project) is None
    (project / "pyproject.toml").write_text(text.replace("torch", "valohai-utils"))
    assert run("update").err == "valohai.yaml: up to date\n"


@pytest.mark.parametrize("name", ["train.py", "Makefile", "notes.md", "pyproject.toml"])
def test_what_is_no_requirements_file_is_refused(name: str, run: Run, project: Path) -> None:
    (project / "Makefile").write_text("all: build\n")
    before = {path.name: path.read_bytes() for path in project.iterdir()}
    result = run("update", "--requirements", name)
    assert (result.code, result.err.split(": its")[0].split(": line")[0]) == (
        2,
        f"{name}: {name} is not a requirements file",
    )
    assert {path.name: path.read_bytes() for path in project.iterdir()} == before
