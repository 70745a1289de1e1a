"""Pictures of what an agent asks and reads. `UPDATE_GOLDEN=1` writes them anew."""

import json
import re
from pathlib import Path, PurePath
from typing import Any

import jsonschema
import pytest

from tests.agents.conftest import ask, write
from tests.pictures import Picture, check_sections, pictures_in
from valohai_steps.agents.answer import ToolError
from valohai_steps.agents.schema import PREPARE
from valohai_steps.agents.surroundings import look_at
from valohai_steps.agents.tools import TOOLS
from valohai_steps.project.disk.files import FileError
from valohai_steps.project.memo import Memo
from valohai_steps.project.snapshot import Snapshot

_CALL = re.compile(r"([a-z_]+) (\{.*\})")


@pytest.mark.parametrize(
    "picture", pictures_in(Path(__file__).parent / "pictures"), ids=lambda picture: picture.name
)
def test_an_agent_reads_what_the_picture_shows(picture: Picture, tmp_path: Path) -> None:
    calls = [title for title in picture.sections if _CALL.fullmatch(title)]
    write(tmp_path, {title: text for title, text in picture.sections.items() if title not in calls})
    check_sections(picture, {title: _answered(tmp_path, title) for title in calls})


def _answered(folder: Path, call: str) -> str:
    """What a call answers; its content is what its schema promises."""
    found = _CALL.fullmatch(call)
    assert found is not None
    try:
        content, text = ask(folder, found[1], **json.loads(found[2]))
    except ToolError as error:
        return f"error: {error}\n".replace(str(folder.resolve()), "/workspace")
    except FileError as error:
        return f"error: {error.why}\n"
    jsonschema.validate(content, TOOLS[found[1]].output_schema)
    return text


def test_the_pictures_show_every_tool() -> None:
    shown = {
        title.split()[0]
        for each in pictures_in(Path(__file__).parent / "pictures")
        for title in each.sections
    }
    assert shown >= set(TOOLS)


def properties(schema: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Every property of a schema and of its parts, by a name for the reader."""
    parts = {"": schema, **schema.get("$defs", {})}
    return {
        f"{part}.{name}": each
        for part, found in parts.items()
        for name, each in found.get("properties", {}).items()
    }


@pytest.mark.parametrize("tool", TOOLS.values(), ids=lambda tool: tool.name)
def test_each_argument_is_explained_and_each_schema_is_one(tool: Any) -> None:
    for schema in (tool.input_schema, tool.output_schema):
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["type"] == "object"
    assert [name for name, each in properties(tool.input_schema).items() if not each.get("description")] == []
    assert tool.input_schema["additionalProperties"] is False
    assert all(part["description"] for part in tool.output_schema.get("$defs", {}).values())
    assert tool.description.endswith(".")


def test_the_files_that_are_meant_are_found_in_time_proportional_to_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted: how often two paths are compared."""
    root, compared = tmp_path.resolve(), 0
    equal = PurePath.__eq__

    def counted(path: PurePath, other: object) -> bool:
        nonlocal compared
        compared += 1
        return equal(path, other)

    def comparisons(files: int) -> int:
        nonlocal compared
        sources = frozenset(root / f"step{number}.py" for number in range(files))
        snapshot = Snapshot((root,), {}, {}, sources, Memo())
        compared = 0
        assert len(look_at(snapshot, (), root, (root,)).files) == files
        return compared

    monkeypatch.setattr(PurePath, "__eq__", counted)
    assert comparisons(400) < 6 * (comparisons(100) + 100)


def test_only_update_writes() -> None:
    assert [tool.name for tool in TOOLS.values() if tool.writes] == ["update"]


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("update", {"force": True}, "update: there is an unknown argument `force`"),
        ("update", {"yaml": "/etc/x.yaml"}, "update: there is an unknown argument `yaml`"),
        ("check", {"paths": "train.py"}, "check: expected `array`, got `str`, at paths"),
        ("check", {"paths": [1]}, "check: expected `str`, got `int`, at paths[0]"),
        ("describe_step", {}, "describe_step: the call lacks the required argument `step`"),
        ("graph", {"format": "pdf"}, "graph: invalid enum value 'pdf', at format"),
    ],
)
def test_wrong_arguments_are_told_in_a_line(tool: str, arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(ToolError) as raised:
        TOOLS[tool].read(arguments)
    assert str(raised.value) == said


def test_every_object_that_a_schema_names_can_be_asked_for(tmp_path: Path) -> None:
    names = ask(tmp_path, "schema_of")[0]["names"]
    assert {PREPARE, "step", "pipeline", "edge", "override", "mount"} <= set(names)
    for name in names:
        found = ask(tmp_path, "schema_of", object=name)[0]["object"]
        assert found["name"] == name
        assert found["keys"]
        assert {inner for key in found["keys"] for inner in key["objects"]} <= set(names)


def test_a_step_in_two_files_is_asked_for_with_its_path(tmp_path: Path) -> None:
    text = "- step: {name: train, image: python, command: python train.py}\n"
    write(tmp_path, {"a/valohai.yaml": text, "b/valohai.yaml": text})
    with pytest.raises(ToolError) as raised:
        ask(tmp_path, "describe_step", step="train")
    assert str(raised.value) == (
        "step 'train' is in a/valohai.yaml and b/valohai.yaml; name one of them as path"
    )
    assert ask(tmp_path, "describe_step", step="train", path="b/valohai.yaml")[0]["yaml"] == "b/valohai.yaml"
