"""The commands, as VS Code and as Neovim ask for them: what they answer, show and say."""

import shlex
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from lsprotocol import types as lsp

from tests.lsp.editor import Document, StepsClient, applied
from tests.lsp.test_session import EXAMPLE, EXAMPLE_YAML

PIPELINE = """\
from valohai import Pipeline


def main(config):
    pipe = Pipeline(name="night", config=config)
    pipe.execution("a")
    return pipe
"""


async def run(client: StepsClient, command: str, *arguments: object) -> Any:
    params = lsp.ExecuteCommandParams(f"valohai-steps.{command}", list(arguments))
    return await client.workspace_execute_command_async(params)


def applying(client: StepsClient) -> list[lsp.ApplyWorkspaceEditParams]:
    """The edits that the server asks for from now on; the client applies them all."""
    asked: list[lsp.ApplyWorkspaceEditParams] = []

    def apply(params: lsp.ApplyWorkspaceEditParams) -> lsp.ApplyWorkspaceEditResult:
        asked.append(params)
        return lsp.ApplyWorkspaceEditResult(applied=True)

    client.feature(lsp.WORKSPACE_APPLY_EDIT)(apply)
    return asked


@pytest.mark.asyncio
async def test_nothing_to_update_is_said(client: StepsClient, tmp_path: Path) -> None:
    (tmp_path / "valohai.yaml").write_text(EXAMPLE_YAML)
    document = Document(client, tmp_path / "train.py")
    await document.open(EXAMPLE)
    assert await run(client, "updateFile", document.uri) is False
    assert await run(client, "updateWorkspace") is False
    assert [message.message for message in client.messages] == [
        "valohai.yaml already agrees with train.py",
        "Nothing to update: every valohai.yaml agrees with Python",
    ]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            "other.py",
            "print(1)\n",
            "other.py declares no step; call valohai.prepare(step=...) in it, then update again",
        ),
        (
            "valohai.yaml",
            EXAMPLE_YAML,
            "no Python file declares a step of valohai.yaml; call valohai.prepare(step=...) in one",
        ),
    ],
)
async def test_an_update_where_no_step_is_says_what_to_do(
    client: StepsClient, tmp_path: Path, name: str, text: str, said: str
) -> None:
    document = Document(client, tmp_path / name)
    await document.open(text)
    assert await run(client, "updateFile", document.uri) is False
    assert [message.message for message in client.messages] == [said]


@pytest.mark.asyncio
async def test_in_a_valohai_yaml_the_update_is_that_of_its_files(client: StepsClient, tmp_path: Path) -> None:
    asked = applying(client)
    (tmp_path / "requirements.txt").write_text("valohai-utils\n")
    await Document(client, tmp_path / "train.py").open(EXAMPLE.replace("0.001", "0.7"))
    document = Document(client, tmp_path / "valohai.yaml")
    await document.open(EXAMPLE_YAML)
    assert await run(client, "updateFile", document.uri) is True
    assert "0.7" in str(asked[0].edit)


@pytest.mark.asyncio
async def test_the_whole_workspace_is_one_edit(client: StepsClient, tmp_path: Path) -> None:
    asked = applying(client)
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "requirements.txt").write_text("valohai-utils\n")
        yaml = Document(client, tmp_path / name / "valohai.yaml")
        await yaml.open("[]\n", "yaml")
        await Document(client, tmp_path / name / "train.py").open(EXAMPLE)
    broken = Document(client, tmp_path / "c.py")
    await broken.open(EXAMPLE.replace("0.001", "rate"))
    assert await run(client, "updateWorkspace") is True
    (params,) = asked
    assert params.label == "Update 2 files of the workspace"
    before = {(tmp_path / name / "valohai.yaml").as_uri(): "[]\n" for name in ("a", "b")}
    after = applied(params.edit, before, client.encoding)
    assert {uri: "name: train" in text for uri, text in after.items()} == dict.fromkeys(before, True)
    (message,) = client.messages
    assert message.message.startswith("c.py:7: rate is not defined in this file")
    assert message.message.endswith("(its valohai.yaml was not changed)")


@pytest.mark.asyncio
async def test_the_generated_yaml_is_shown_in_a_document_on_no_disk(
    client: StepsClient, tmp_path: Path
) -> None:
    asked = applying(client)
    document = Document(client, tmp_path / "train.py")
    await document.open(EXAMPLE)
    found = await run(client, "previewYaml", document.uri)
    assert (found["yaml"], found["text"]) == ((tmp_path / "valohai.yaml").as_uri(), EXAMPLE_YAML)
    (params,) = asked
    (shown,) = client.shown_documents
    assert shown.uri == "untitled:train.valohai-steps.yaml"
    # Also when an older preview is there.
    assert applied(params.edit, {shown.uri: "old\ntext\n"}, client.encoding) == {shown.uri: EXAMPLE_YAML}
    assert [path.name for path in tmp_path.iterdir()] == ["requirements.txt"]


@pytest.mark.asyncio
async def test_the_document_of_a_preview_has_an_address_whatever_the_file_is_called(
    client: StepsClient, tmp_path: Path
) -> None:
    asked = applying(client)
    document = Document(client, tmp_path / "a b#1?%41é.py")
    await document.open(EXAMPLE)
    await run(client, "previewYaml", document.uri)
    (params,), (shown,) = asked, client.shown_documents
    assert list(applied(params.edit, {shown.uri: ""}, client.encoding)) == [shown.uri]
    parts = urlsplit(shown.uri)
    assert (parts.scheme, parts.query, parts.fragment) == ("untitled", "", "")
    assert unquote(parts.path) == "a b#1?%41é.valohai-steps.yaml"


@pytest.mark.asyncio
async def test_a_preview_can_be_asked_for_alone(client: StepsClient, tmp_path: Path) -> None:
    asked = applying(client)
    document = Document(client, tmp_path / "train.py")
    await document.open(EXAMPLE)
    assert (await run(client, "previewYaml", document.uri, False))["text"] == EXAMPLE_YAML
    update = await run(client, "previewUpdate", document.uri)
    assert dict(update) == {
        "yaml": (tmp_path / "valohai.yaml").as_uri(),
        "before": "",
        "after": EXAMPLE_YAML,
        "summary": "1 step added",
    }
    assert (asked, client.shown_documents) == ([], [])


@pytest.mark.asyncio
@pytest.mark.parametrize("command", ["previewYaml", "previewUpdate"])
async def test_an_unreadable_step_has_no_preview(client: StepsClient, tmp_path: Path, command: str) -> None:
    document = Document(client, tmp_path / "train.py")
    await document.open(EXAMPLE.replace("0.001", "rate"))
    assert await run(client, command, document.uri) is None
    (message,) = client.messages
    assert message.message.startswith("train.py:7: rate is not defined in this file")


@pytest.mark.asyncio
async def test_how_a_step_is_run(client: StepsClient, tmp_path: Path) -> None:
    document = Document(client, tmp_path / "train.py")
    await document.open(EXAMPLE)
    found = await run(client, "runCommand", document.uri, None)
    assert found["step"] == "train"
    assert found["command"] == "python train.py --learning-rate=0.001"
    assert (found["file"], found["folder"]) == (str(tmp_path / "train.py"), str(tmp_path))
    assert found["vh"] == "vh execution run --adhoc train"
    assert found["line"] == ["python", "train.py", "--learning-rate=0.001"]
    anything: dict[str, object] = {
        "choices": [],
        "min": None,
        "max": None,
        "separator": None,
        "optional": False,
        "before": [],
        "repeats": False,
        "on": None,
        "off": None,
        "replaces": [],
    }
    assert [dict(override) for override in found["overrides"]] == [
        {
            "name": "learning-rate",
            "kind": "parameter",
            "type": "float",
            "default": "0.001",
            "description": None,
            "spelled": ["--learning-rate={v}"],
            **anything,
        },
        {
            "name": "training-set",
            "kind": "input",
            "type": None,
            "default": "http://example.com/training_set.zip",
            "description": None,
            "spelled": ["--training-set={v}"],
            **anything,
        },
    ]
    assert client.messages == []
    assert await run(client, "runCommand", document.uri, "train", True) == found
    assert await run(client, "runCommand", document.uri, "test") is None
    assert [message.message for message in client.messages] == [
        f"cd {tmp_path} && python train.py --learning-rate=0.001",
        "train.py: this file does not declare the step 'test'; check its name (there is nothing to run)",
    ]


@pytest.mark.asyncio
async def test_a_folder_of_any_name_is_one_word_of_the_command_line(
    client: StepsClient, tmp_path: Path
) -> None:
    folder = tmp_path / "my proj;x"
    folder.mkdir()
    (folder / "valohai.yaml").write_text(EXAMPLE_YAML)
    document = Document(client, folder / "train.py")
    await document.open(EXAMPLE)
    await run(client, "runCommand", document.uri, "train", True)
    said = client.messages[-1].message
    assert shlex.split(said)[:3] == ["cd", str(folder), "&&"], said


@pytest.mark.asyncio
async def test_a_pipeline_alone_is_written_by_the_update_of_the_workspace(
    client: StepsClient, tmp_path: Path
) -> None:
    step = "- step:\n    name: a\n    image: python\n    command: ls\n"
    (tmp_path / "valohai.yaml").write_text(step)
    asked = applying(client)
    document = Document(client, tmp_path / "pipeline.py")
    await document.open(PIPELINE)
    proposal = await run(client, "proposeUpdate", (tmp_path / "valohai.yaml").as_uri())
    assert proposal["title"] == "Update valohai.yaml (1 change: new pipeline)"
    assert "+- pipeline:" in proposal["files"][0]["diff"]
    assert await run(client, "updateWorkspace") is True
    await Document(client, tmp_path / "train.py").open('import valohai\nvalohai.prepare(step="t")\n')
    assert await run(client, "updateWorkspace") is True
    yaml = (tmp_path / "valohai.yaml").as_uri()
    after = [applied(params.edit, {yaml: step}, client.encoding)[yaml] for params in asked]
    assert [("pipeline:" in text, "name: t\n" in text) for text in after] == [(True, False), (True, True)]


@pytest.mark.asyncio
async def test_the_state_of_a_file(client: StepsClient, tmp_path: Path) -> None:
    document = Document(client, tmp_path / "train.py")
    await document.open(EXAMPLE)
    found = await run(client, "state", document.uri)
    assert (found["exists"], found["changes"], found["summary"]) == (False, 1, "1 change: new step")
    (step,) = found["steps"]
    assert dict(step) == {"name": "train", "changes": 1, "complete": True, "line": 4}
    other = Document(client, tmp_path / "other.py")
    await other.open("import valohai\n")
    assert await run(client, "state", other.uri) is None


@pytest.mark.asyncio
async def test_a_broken_call_is_told_of_when_it_is_saved_and_when_it_is_in_the_way(
    client: StepsClient, tmp_path: Path
) -> None:
    document = Document(client, tmp_path / "train.py")
    await document.open('import valohai\n\nvalohai.prepare(step="fit", default_parameters={"n": 1})\n')
    broken = '{"n": 1 "m": 2,, "k": None}'
    assert {each.code for each in await document.replace('{"n": 1}', broken)} == {"VH201"}
    client.text_document_did_save(lsp.DidSaveTextDocumentParams(lsp.TextDocumentIdentifier(document.uri)))
    told = await document.until(lambda params: any(each.code == "VH101" for each in params.diagnostics))
    (found,) = (each for each in told if each.code == "VH101")
    assert found.range.start.line == 2
    assert await run(client, "updateFile", document.uri) is False
    assert client.messages[-1].message == f"train.py:3: {found.message} (nothing was written)"
    assert {each.code for each in await document.replace("2,,", "2,")} == {"VH201"}


@pytest.mark.asyncio
async def test_a_valohai_yaml_is_validated(client: StepsClient, tmp_path: Path) -> None:
    yaml = Document(client, tmp_path / "valohai.yaml")
    await yaml.open("- step: {name: a, name: b, image: x, command: y}\n", "yaml")
    assert await run(client, "validate", yaml.uri) == 1
    await yaml.replace("name: b", "environment: b")
    assert await run(client, "validate", yaml.uri) == 0


@pytest.mark.asyncio
async def test_what_a_bug_report_needs(new_client: StepsClient, tmp_path: Path) -> None:
    client = new_client
    (tmp_path / "pyproject.toml").write_text("[tool.valohai-steps]\nimage = 'mine'\nimag = 'x'\n")
    document = Document(client, tmp_path / "train.py")
    await document.open(EXAMPLE)
    report = await run(client, "debugInformation")
    for line in (
        "- valohai-steps: ",
        "- tree-sitter: ",
        f"- encoding: {client.encoding}",
        "  - image: 'mine'",
        "  - problem: [tool.valohai-steps]: unknown setting 'imag' (did you mean 'image'?); it is ignored",
        f"- {tmp_path / 'train.py'} (open, version 0): {tmp_path / 'valohai.yaml'} (does not exist)",
        "- python parses: 1",
    ):
        assert line in report
    assert "learning-rate" not in report


@pytest.mark.asyncio
async def test_a_file_that_cannot_be_read_is_said_to_who_asked(client: StepsClient, tmp_path: Path) -> None:
    (tmp_path / "latin.py").write_bytes("# é".encode("latin-1"))
    assert await run(client, "updateFile", (tmp_path / "latin.py").as_uri()) is None
    (message,) = client.messages
    assert message.type == lsp.MessageType.Error
    assert "latin.py" in message.message


@pytest.mark.asyncio
async def test_what_is_no_file_of_the_workspace_is_answered(client: StepsClient, tmp_path: Path) -> None:
    for uri in ("untitled:Untitled-1", "", (tmp_path / "gone.py").as_uri(), (tmp_path / "no.yaml").as_uri()):
        assert await run(client, "updateFile", uri) is False
        assert await run(client, "previewYaml", uri) is None
        assert await run(client, "previewUpdate", uri) is None
        assert await run(client, "runCommand", uri) is None
        assert await run(client, "state", uri) is None
        assert await run(client, "validate", uri) == 0
    said = {message.message for message in client.messages}
    assert "gone.py: no such file; check the path (nothing was written)" in said
    assert (
        "gone.py: no step is declared here; call valohai.prepare(step=...) to declare one "
        "(there is nothing to run)" in said
    )
    assert await run(client, "updateWorkspace") is False
    assert client.messages[-1].message == "Nothing to update: no Python file declares a step"


@pytest.mark.asyncio
async def test_an_update_writes_the_requirements_as_the_command_line_does(
    client: StepsClient, tmp_path: Path
) -> None:
    asked = applying(client)
    requirements = tmp_path / "requirements.txt"
    for before in ("torch", None):
        requirements.write_text(before) if before else requirements.unlink()
        client.workspace_did_change_watched_files(
            lsp.DidChangeWatchedFilesParams(
                [lsp.FileEvent(requirements.as_uri(), lsp.FileChangeType.Changed)]
            )
        )
        document = Document(client, tmp_path / f"train_{before}.py")
        await document.open(EXAMPLE.replace('"train"', f'"train-{before}"'))
        assert await run(client, "updateFile", document.uri) is True
        uris = {(tmp_path / "valohai.yaml").as_uri(): "", requirements.as_uri(): before or ""}
        after = applied(asked[-1].edit, uris, client.encoding)
        lines = [before, "valohai-utils"] if before else ["valohai-utils"]
        assert after[requirements.as_uri()] == "\n".join((*lines, ""))
        assert f"name: train-{before}" in after[(tmp_path / "valohai.yaml").as_uri()]
        document.close()


@pytest.mark.asyncio
async def test_an_edit_that_the_client_does_not_apply_is_said_with_its_reason(
    client: StepsClient, tmp_path: Path
) -> None:
    def refuse(_: lsp.ApplyWorkspaceEditParams) -> lsp.ApplyWorkspaceEditResult:
        return lsp.ApplyWorkspaceEditResult(applied=False, failure_reason="valohai.yaml is read-only")

    client.feature(lsp.WORKSPACE_APPLY_EDIT)(refuse)
    document = Document(client, tmp_path / "train.py")
    await document.open(EXAMPLE)
    assert await run(client, "updateFile", document.uri) is False
    assert [message.message for message in client.messages] == [
        "the editor did not apply the update: valohai.yaml is read-only"
    ]


@pytest.mark.asyncio
@pytest.mark.parametrize("answer", [None, 7, [], {}, "yes"])
async def test_an_answer_that_is_none_is_a_refusal(
    client: StepsClient, tmp_path: Path, answer: object
) -> None:
    client.feature(lsp.WORKSPACE_APPLY_EDIT)(lambda _: answer)
    document = Document(client, tmp_path / "train.py")
    await document.open(EXAMPLE)
    assert await run(client, "updateFile", document.uri) is False
    assert [message.message.partition(": ")[0] for message in client.messages] == [
        "the editor did not apply the update"
    ]
    client.protocol.fm.features[lsp.WINDOW_SHOW_DOCUMENT] = lambda _: answer
    assert await run(client, "openStep", document.uri) is False
