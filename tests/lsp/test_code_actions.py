"""Code actions: which are offered, which is preferred, and what they make of the files."""

import copy
from pathlib import Path

import pytest
from lsprotocol import types as lsp
from pytest_lsp import client_capabilities

from tests.lsp.editor import Document, StepsClient, applied, can_annotate, session

EXAMPLE = (Path(__file__).parents[2] / "examples" / "train.py").read_text("utf-8")
EXAMPLE_YAML = (Path(__file__).parents[2] / "tests" / "fixtures" / "example.yaml").read_text("utf-8")
UPDATE = "source.updateValohaiYaml"
FIX_ALL = "source.fixAll.valohai"


@pytest.mark.asyncio
async def test_one_fix_is_preferred_for_each_finding(client: StepsClient, tmp_path: Path) -> None:
    (tmp_path / "valohai.yaml").write_text(EXAMPLE_YAML)
    document = Document(client, tmp_path / "train.py")
    await document.open(EXAMPLE.replace("0.001", "0.01"))
    actions = await document.actions(document.at("0.01"), only="quickfix")
    assert [(action.title, bool(action.is_preferred)) for action in actions] == [
        ("Set learning-rate to 0.01 in valohai.yaml (as in train.py)", True),
        ("Set learning-rate to 0.001 in train.py (as in valohai.yaml)", False),
        ("Update valohai.yaml (1 change: default)", False),
    ]


@pytest.mark.asyncio
async def test_the_light_bulb_offers_no_fix_all(client: StepsClient, tmp_path: Path) -> None:
    document = Document(client, tmp_path / "train.py")
    await document.open(EXAMPLE)
    assert {action.kind for action in await document.actions(document.at('"train"'))} == {"quickfix"}
    assert {action.kind for action in await document.actions(document.at("import"))} == {UPDATE}
    kinds = [action.kind for action in await document.actions(document.at('"train"'), only="source")]
    assert kinds == [UPDATE, FIX_ALL]
    kinds = [action.kind for action in await document.actions(document.at('"train"'), only="notebook")]
    assert kinds == [f"notebook.{UPDATE}", f"notebook.{FIX_ALL}"]


@pytest.mark.asyncio
async def test_fix_all_mends_python_and_adds_to_yaml_and_removes_nothing(
    client: StepsClient, tmp_path: Path
) -> None:
    (tmp_path / "valohai.yaml").write_text(EXAMPLE_YAML)
    text = EXAMPLE.replace("step=", "stepp=").replace('{"learning-rate": 0.001}', '{"epochs": 5}')
    document = Document(client, tmp_path / "train.py")
    await document.open(text)
    (action,) = await document.actions(document.at("import"), only=FIX_ALL)
    yaml = (tmp_path / "valohai.yaml").as_uri()
    after = applied(
        await document.resolved(action), {document.uri: text, yaml: EXAMPLE_YAML}, client.encoding
    )
    added = "      - name: epochs\n        default: 5\n        optional: false\n        type: integer\n"
    assert after == {
        document.uri: text.replace("stepp=", "step="),
        yaml: EXAMPLE_YAML.replace("    inputs:\n", f"{added}    inputs:\n"),
    }


@pytest.mark.asyncio
async def test_what_was_offered_is_planned_anew_when_the_text_has_moved(
    client: StepsClient, tmp_path: Path
) -> None:
    (tmp_path / "valohai.yaml").write_text(EXAMPLE_YAML)
    document = Document(client, tmp_path / "train.py")
    await document.open(EXAMPLE.replace("0.001", "0.01"))
    (action,) = await document.actions(document.at("import"), only=UPDATE)
    assert action.edit is None
    await document.replace("0.01", "0.05")
    yaml = (tmp_path / "valohai.yaml").as_uri()
    after = applied(await document.resolved(action), {yaml: EXAMPLE_YAML}, client.encoding)
    assert after == {yaml: EXAMPLE_YAML.replace("0.001", "0.05")}


@pytest.mark.asyncio
async def test_a_client_that_cannot_resolve_gets_the_edit_with_the_offer(tmp_path: Path) -> None:
    capabilities = copy.deepcopy(client_capabilities("visual_studio_code"))
    assert capabilities.text_document is not None
    assert capabilities.text_document.code_action is not None
    capabilities.text_document.code_action.resolve_support = None
    folder = tmp_path / "workspace"
    folder.mkdir()
    (folder / "valohai.yaml").write_text(EXAMPLE_YAML)
    (folder / "requirements.txt").write_text("valohai-utils\n")
    async with session(folder, capabilities, tmp_path / "log") as client:
        document = Document(client, folder / "train.py")
        await document.open(EXAMPLE.replace("0.001", "0.01"))
        (action,) = await document.actions(document.at("import"), only=UPDATE)
    assert action.data is None
    assert action.edit is not None
    yaml = (folder / "valohai.yaml").as_uri()
    after = applied(action.edit, {yaml: EXAMPLE_YAML}, client.encoding)
    assert after == {yaml: EXAMPLE_YAML.replace("0.001", "0.01")}


@pytest.mark.asyncio
@pytest.mark.parametrize("shows_disabled", [True, False])
async def test_an_offer_that_became_unclear_is_disabled(tmp_path: Path, shows_disabled: bool) -> None:
    capabilities = copy.deepcopy(client_capabilities("visual_studio_code"))
    assert capabilities.text_document is not None
    assert capabilities.text_document.code_action is not None
    capabilities.text_document.code_action.disabled_support = shows_disabled
    folder = tmp_path / "workspace"
    folder.mkdir()
    (folder / "valohai.yaml").write_text(EXAMPLE_YAML)
    (folder / "requirements.txt").write_text("valohai-utils\n")
    async with session(folder, capabilities, tmp_path / "log") as client:
        document = Document(client, folder / "train.py")
        await document.open(EXAMPLE.replace("0.001", "0.01"))
        (action,) = await document.actions(document.at("import"), only=UPDATE)
        await document.replace("0.01", "rate")
        resolved = await client.code_action_resolve_async(action)
    assert resolved.edit is None
    said = "" if resolved.disabled is None else resolved.disabled.reason
    assert ("rate is not defined" in said) is shows_disabled


@pytest.mark.asyncio
async def test_edits_carry_the_version_they_were_made_for(client: StepsClient, tmp_path: Path) -> None:
    document = Document(client, tmp_path / "train.py")
    await document.open(EXAMPLE.replace("step=", "stepp="))
    await document.replace("stepp", "stepq")
    (action,) = await document.actions(document.at("stepq"), only="quickfix")
    assert action.edit is not None
    (change,) = action.edit.document_changes or ()
    assert isinstance(change, lsp.TextDocumentEdit)
    assert (change.text_document.uri, change.text_document.version) == (document.uri, document.version)


@pytest.mark.asyncio
async def test_a_single_removal_asks_where_the_client_can(client: StepsClient, tmp_path: Path) -> None:
    (tmp_path / "valohai.yaml").write_text(EXAMPLE_YAML)
    document = Document(client, tmp_path / "train.py")
    await document.open(EXAMPLE.replace('{"learning-rate": 0.001}', "{}"))
    actions = await document.actions(document.at('"train"'), only="quickfix")
    one = next(action for action in actions if "Remove parameter" in action.title)
    assert not one.is_preferred
    edit = await document.resolved(one)
    asked = [(note.needs_confirmation, note.label) for note in (edit.change_annotations or {}).values()]
    used = "train.py:12: this reads parameter 'learning-rate', which only valohai.yaml declares"
    asks = (True, f"Remove parameter 'learning-rate' from valohai.yaml ({used})")
    assert asked == ([asks] if can_annotate(client) else [])
