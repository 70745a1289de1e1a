"""The language server over stdio, as VS Code and as Neovim speak to it."""

from pathlib import Path

import pytest
from lsprotocol import types as lsp

from tests.lsp.editor import Document, StepsClient, applied, can_annotate, shows_disabled

EXAMPLE = (Path(__file__).parents[2] / "examples" / "train.py").read_text("utf-8")
EXAMPLE_YAML = (Path(__file__).parents[2] / "tests" / "fixtures" / "example.yaml").read_text("utf-8")


def codes(found: list[lsp.Diagnostic]) -> list[object]:
    return [item.code for item in found]


@pytest.mark.asyncio
async def test_a_new_step_is_shown_and_generated(client: StepsClient, tmp_path: Path) -> None:
    document = Document(client, tmp_path / "train.py")
    (found,) = await document.open(EXAMPLE)
    assert (found.code, found.severity) == ("VH201", lsp.DiagnosticSeverity.Information)
    assert found.range == document.at('"train"')
    assert found.code_description is None or "rules.md#L" in found.code_description.href

    titles = [action.title for action in await document.actions(document.at('"train"'))]
    assert titles == ["Create valohai.yaml with this step"]
    (source,) = await document.actions(document.at("import"), only="source.updateValohaiYaml")
    assert source.kind == "source.updateValohaiYaml"
    edit = await document.resolved(source)
    yaml = (tmp_path / "valohai.yaml").as_uri()
    assert applied(edit, {}, client.encoding) == {yaml: EXAMPLE_YAML}


@pytest.mark.asyncio
async def test_the_unsaved_yaml_is_compared_and_edited(client: StepsClient, tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("valohai-steps-runtime\n")
    (tmp_path / "valohai.yaml").write_text("- step: {name: other, image: x, command: y}\n")
    python, yaml = Document(client, tmp_path / "train.py"), Document(client, tmp_path / "valohai.yaml")
    await yaml.open(EXAMPLE_YAML, "yaml")
    assert codes(await python.open(EXAMPLE)) == []
    await yaml.replace("0.001", "0.003  # by hand")
    found = await python.until(lambda params: bool(params.diagnostics))
    assert [item.message for item in found] == [
        "default of parameter 'learning-rate' is 0.001 here, but 0.003 in valohai.yaml"
    ]
    (shown,) = await yaml.shown()
    assert (shown.code, shown.range) == ("VH202", yaml.at("0.003"))
    one, other, whole = await python.actions(python.at("0.001"), only="quickfix")
    both = {python.uri: python.text, yaml.uri: yaml.text}
    agreed = {**both, yaml.uri: EXAMPLE_YAML.replace("0.001", "0.001  # by hand")}
    assert one.title == "Set learning-rate to 0.001 in valohai.yaml (as in train.py)"
    assert applied(await python.resolved(one), both, client.encoding) == agreed
    assert other.title == "Set learning-rate to 0.003 in train.py (as in valohai.yaml)"
    turned = applied(await python.resolved(other), both, client.encoding)
    assert turned == {**both, python.uri: EXAMPLE.replace("0.001", "0.003")}
    assert whole.title == "Update valohai.yaml (1 change: default)"
    assert applied(await python.resolved(whole), both, client.encoding) == agreed
    there = [action.title for action in await yaml.actions(yaml.at("0.003"))]
    assert there == [one.title, other.title]


@pytest.mark.asyncio
async def test_what_cannot_be_known_is_an_error_and_disables_the_update(
    client: StepsClient, tmp_path: Path
) -> None:
    document = Document(client, tmp_path / "train.py")
    await document.open(EXAMPLE)
    found = await document.replace('"http://example.com/training_set.zip"', 'f"http://{my_domain}/x.zip"')
    (error,) = [item for item in found if item.code == "VH101"]
    assert error.severity == lsp.DiagnosticSeverity.Error
    assert error.range == document.at("my_domain")
    disabled = [action.disabled for action in await document.actions(document.at("my_domain"), only="source")]
    assert [why is not None and "my_domain" in why.reason for why in disabled] == (
        [True] if shows_disabled(client) else []
    )


@pytest.mark.asyncio
async def test_positions_count_in_the_clients_units(client: StepsClient, tmp_path: Path) -> None:
    document = Document(client, tmp_path / "train.py")
    (found,) = await document.open('x = "😀漢é"; import valohai; valohai.prepare(step="train")\n')
    assert found.range == document.at('"train"')


@pytest.mark.asyncio
async def test_a_burst_of_edits_is_answered_for_the_last_text(client: StepsClient, tmp_path: Path) -> None:
    document = Document(client, tmp_path / "train.py")
    await document.open(EXAMPLE)
    for name in range(40):
        old = document.text.index('step="') + len('step="')
        end = document.text.index('"', old)
        place = document.range(old, end)
        document.send(lsp.TextDocumentContentChangePartial(range=place, text=f"train-{name}"))
    (found,) = await document.shown()
    assert "'train-39'" in found.message


@pytest.mark.asyncio
async def test_a_closed_document_shows_nothing_any_more(client: StepsClient, tmp_path: Path) -> None:
    document = Document(client, tmp_path / "train.py")
    assert await document.open(EXAMPLE)
    document.close()
    assert await document.until(lambda params: not params.diagnostics) == []


@pytest.mark.asyncio
async def test_a_file_changed_on_disk_refreshes_the_other_side(client: StepsClient, tmp_path: Path) -> None:
    document = Document(client, tmp_path / "train.py")
    await document.open(EXAMPLE)
    yaml = tmp_path / "valohai.yaml"
    yaml.write_text(EXAMPLE_YAML)
    event = lsp.FileEvent(yaml.as_uri(), lsp.FileChangeType.Created)
    client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams([event]))
    assert await document.until(lambda params: not params.diagnostics) == []


@pytest.mark.asyncio
async def test_settings_are_live(new_client: StepsClient, tmp_path: Path) -> None:
    document = Document(new_client, tmp_path / "train.py")
    await document.open(EXAMPLE)
    settings = {"valohai-steps": {"rules": {"VH201": "warning"}}}
    new_client.workspace_did_change_configuration(lsp.DidChangeConfigurationParams(settings))
    (found,) = await document.until(
        lambda params: (
            bool(params.diagnostics) and params.diagnostics[0].severity == lsp.DiagnosticSeverity.Warning
        )
    )
    assert found.code == "VH201"


@pytest.mark.asyncio
async def test_two_files_with_one_step_are_both_told(client: StepsClient, tmp_path: Path) -> None:
    other = tmp_path / "other.py"
    other.write_text(EXAMPLE)
    event = lsp.FileEvent(other.as_uri(), lsp.FileChangeType.Created)
    client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams([event]))
    document = Document(client, tmp_path / "train.py")
    await document.open(EXAMPLE)
    found = await document.until(lambda params: any(item.code == "VH108" for item in params.diagnostics))
    (clash,) = [item for item in found if item.code == "VH108"]
    assert clash.related_information is not None
    assert clash.related_information[0].location.uri == other.as_uri()


@pytest.mark.asyncio
async def test_removals_ask_for_confirmation_where_the_client_can(
    client: StepsClient, tmp_path: Path
) -> None:
    (tmp_path / "valohai.yaml").write_text(EXAMPLE_YAML)
    document = Document(client, tmp_path / "train.py")
    await document.open(EXAMPLE.replace('{"learning-rate": 0.001}', '{"epochs": 5}'))
    (action,) = await document.actions(document.at("import"), only="source.updateValohaiYaml")
    assert action.title == "Update valohai.yaml (2 changes: new parameter, parameter removed)"
    edit = await document.resolved(action)
    confirmed = [note.needs_confirmation for note in (edit.change_annotations or {}).values()]
    assert confirmed == ([True] if can_annotate(client) else [])
