"""Values that Valohai gives: ``parameters.json``, ``inputs.json``, and the variables that say where."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import valohai
from valohai import config, paths

from .conftest import Prepare

Configuration = Callable[[str, Any], Path]

# (declared, in parameters.json, argv, value)
PARAMETERS: list[tuple[Any, Any, list[str], Any]] = [
    (1, 5, [], 5),
    (1, 5, ["--x=7"], 7),
    (0.5, 1, [], 1.0),
    (0.5, "1e-3", [], 0.001),
    (1, 3.0, [], 3),
    (1, "3", [], 3),
    ("a", "b", [], "b"),
    ("a", 5, [], "5"),
    (None, "text", [], "text"),
    (1, None, [], None),
    (False, True, [], True),
    (True, "false", [], False),
    (True, 0, [], False),
    ([1], [2, 3], [], [2, 3]),
    ([1], ["2"], [], [2]),
    ([1], 4, [], [4]),
    ([1], "4,5", [], [4, 5]),
    ([1], [], [], []),
    ([1], [2], ["--x=6"], [6]),
    ((1, 2), [3, 4], [], (3, 4)),
    (1, [2, 3], [], [2, 3]),  # made `multiple` in valohai.yaml
    ({"default": 1, "type": "float"}, 2, [], 2.0),
]


@pytest.mark.parametrize("row", PARAMETERS, ids=repr)
def test_parameters_json_is_under_the_command_line_and_over_defaults(
    row: tuple[Any, Any, list[str], Any], prepare: Prepare, configuration: Configuration
) -> None:
    declared, said, argv, value = row
    configuration("parameters.json", {"x": said})
    prepare(*argv, parameters={"x": declared, "other": "default"})
    actual = valohai.parameters("x").value
    assert (type(actual), actual) == (type(value), value)
    assert valohai.parameters("other").value == "default"


def test_a_name_in_the_other_spelling_is_the_same_parameter(
    prepare: Prepare, configuration: Configuration
) -> None:
    configuration("parameters.json", {"learning_rate": 0.5})
    prepare(parameters={"learning-rate": 0.1})
    assert valohai.parameters("learning-rate").value == 0.5


def test_names_that_only_valohai_knows_have_the_type_of_their_value(
    prepare: Prepare, configuration: Configuration
) -> None:
    configuration(
        "parameters.json", {"count": 2, "names": ["a"], "tree": {"a": 1}, "nested": [[1]], "none": None}
    )
    prepare("--count=3", "--names=b,c", parameters={})
    values = {name: valohai.parameters(name).value for name in ("count", "names", "tree", "nested", "none")}
    assert values == {"count": 3, "names": ["b", "c"], "tree": {"a": 1}, "nested": [[1]], "none": None}


def test_without_prepare_the_files_alone_declare(
    configuration: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    configuration("parameters.json", {"count": 2, "rate": 0.5})
    monkeypatch.setattr("sys.argv", ["train.py", "--count=3", "--own-flag"])
    assert (valohai.parameters("count").value, valohai.parameters("rate").value) == (3, 0.5)


def test_without_prepare_a_value_that_does_not_fit_is_a_warning(
    configuration: Configuration, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    configuration("parameters.json", {"count": 2})
    monkeypatch.setattr("sys.argv", ["train.py", "--count=0.5"])
    assert valohai.parameters("count").value == 2
    message = (
        "train.py: warning: --count=0.5: '0.5' is not an integer; the value in parameters.json is used\n"
    )
    assert capsys.readouterr().err == message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "parameters.json: not valid JSON"),
        ("[1]", "parameters.json: holds a list, not an object of names and values"),
        ({"x": "abc"}, "parameters.json: parameter 'x': 'abc' is not an integer"),
        ({"x": 9}, "parameters.json: parameter 'x': 9 is greater than the maximum, 5"),
    ],
)
def test_a_damaged_file_is_a_value_error_that_names_it(
    content: Any, message: str, prepare: Prepare, configuration: Configuration
) -> None:
    configuration("parameters.json", content)
    with pytest.raises(ValueError, match=r"parameters\.json") as raised:
        prepare(parameters={"x": {"default": 1, "max": 5}})
    assert message in str(raised.value)


def test_inputs_json_is_taken_per_name(
    prepare: Prepare, configuration: Configuration, tmp_path: Path
) -> None:
    for name in ("a.txt", "b.txt", "default.txt", "cli.txt"):
        (tmp_path / name).touch()
    files = [
        {"name": name, "path": str(tmp_path / name), "uri": f"s3://x/{name}"} for name in ("b.txt", "a.txt")
    ]
    configuration(
        "inputs.json", {"listed": {"files": files, "input_id": "1"}, "plain": "a.txt", "over": "a.txt"}
    )
    prepare("--over=cli.txt", inputs={"listed": None, "own": "default.txt", "over": "default.txt"})
    found = {
        name: list(valohai.inputs(name).paths()) for name in ("listed", "own", "plain", "over", "unknown")
    }
    assert found == {
        "listed": [str(tmp_path / "b.txt"), str(tmp_path / "a.txt")],
        "own": ["default.txt"],
        "plain": ["a.txt"],
        "over": ["cli.txt"],
        "unknown": [],
    }


def test_uris_are_what_was_stated_and_nothing_is_downloaded(
    prepare: Prepare, configuration: Configuration
) -> None:
    files = [{"name": "a", "path": "/a", "uri": "s3://x/a"}, {"name": "b", "path": "/b"}]
    configuration("inputs.json", {"listed": {"files": files}, "plain": "http://127.0.0.1:9/p"})
    prepare(
        "--over=http://127.0.0.1:9/o", "--over=*.csv", inputs={"own": "http://127.0.0.1:9/x", "over": "a"}
    )
    found = {name: valohai.inputs(name).uris() for name in ("listed", "plain", "own", "over", "unknown")}
    assert found == {
        "listed": ["s3://x/a"],
        "plain": ["http://127.0.0.1:9/p"],
        "own": ["http://127.0.0.1:9/x"],
        "over": ["http://127.0.0.1:9/o", "*.csv"],
        "unknown": [],
    }


def test_a_listed_file_that_is_nowhere_is_named(prepare: Prepare, configuration: Configuration) -> None:
    configuration("inputs.json", {"data": {"files": [{"name": "a.csv", "path": "/nowhere/a.csv"}]}})
    prepare(inputs={"data": None})
    with pytest.raises(
        FileNotFoundError, match=r"input 'data': inputs.json names 'a.csv' at '/nowhere/a.csv'"
    ):
        valohai.inputs("data").path()


@pytest.mark.parametrize("variable", ["VH_INPUTS_DIR", "VH_JOB_ID"])
def test_files_in_place_are_an_inputs_files(
    variable: str, prepare: Prepare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VH_INPUTS_DIR", str(tmp_path / "inputs"))
    monkeypatch.setenv(variable, str(tmp_path / "inputs"))
    for name in ("b.txt", "sub/a.txt"):
        path = tmp_path / "inputs/data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    prepare(inputs={"data": None})
    assert [Path(path).name for path in valohai.inputs("data").paths()] == ["b.txt", "a.txt"]
    assert [Path(path).name for path in valohai.inputs("data").paths("sub/*")] == ["a.txt"]


# (environment, the folders of config, inputs, an input, outputs, repository)
FOLDERS: list[tuple[dict[str, str], list[str]]] = [
    (
        {"VH_JOB_ID": "1"},
        [
            "/valohai/config",
            "/valohai/inputs",
            "/valohai/inputs/x",
            "/valohai/outputs",
            "/valohai/repository",
        ],
    ),
    (
        {"VH_CONFIG_DIR": "/c", "VH_INPUTS_DIR": "/i", "VH_OUTPUTS_DIR": "/o", "VH_REPOSITORY_DIR": "/r"},
        ["/c", "/i", "/i/x", "/o", "/r"],
    ),
    (
        {
            "VH_JOB_ID": "1",
            "VH_CONFIG_DIR": "/c",
            "VH_INPUTS_DIR": "/i",
            "VH_OUTPUTS_DIR": "/o",
            "VH_REPOSITORY_DIR": "/r",
        },
        ["/c", "/i", "/i/x", "/o", "/r"],
    ),
    (
        {"VH_FLAT_LOCAL_OUTPUTS": "1"},
        [".valohai/config", ".valohai/inputs/train", ".valohai/inputs/train/x", ".valohai/outputs", "."],
    ),
]


@pytest.mark.parametrize(("environment", "folders"), FOLDERS)
def test_folders(
    environment: dict[str, str], folders: list[str], prepare: Prepare, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    prepare()
    assert folders == [
        paths.get_config_path(),
        paths.get_inputs_path(),
        paths.get_inputs_path("x"),
        paths.get_outputs_path(),
        paths.get_repository_path(),
    ]
    assert paths.get_parameters_config_path() == f"{folders[0]}/parameters.json"
    assert paths.get_inputs_config_path() == f"{folders[0]}/inputs.json"
    assert paths.get_distributed_config_path() == f"{folders[0]}/distributed.json"
    assert paths.get_api_config_path() == f"{folders[0]}/api.json"


def test_local_outputs_have_one_new_folder_per_run(prepare: Prepare) -> None:
    before_prepare = Path(paths.get_outputs_path())
    prepare()
    after = Path(paths.get_outputs_path())
    assert after.parent == before_prepare.parent
    assert (before_prepare.name, after.name) == ("default", "train")
    assert after.parts[:2] == (".valohai", "outputs")


def test_where_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not config.is_running_in_valohai()
    assert not config.is_valohai_deployment()
    assert not config.is_flat_output_path()
    for name in ("VH_JOB_ID", "VALOHAI_PORT", "VH_FLAT_LOCAL_OUTPUTS"):
        monkeypatch.setenv(name, "1")
    assert config.is_running_in_valohai()
    assert config.is_valohai_deployment()
    assert config.is_flat_output_path()
