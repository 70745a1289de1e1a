"""Every picture, through every request, in all three position encodings: one answer, in code points.

The words of the pictures are made non-BMP first: `e` becomes `𠮷`, which is a letter also in a name, four
bytes in UTF-8 and two units in UTF-16.
"""

import copy
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pytest_lsp import client_capabilities

from tests.lsp.editor import Document, StepsClient, session
from tests.pictures import pictures_in
from valohai_steps.ide.findings.diagnostics import diagnostics
from valohai_steps.model.text import LineIndex, PositionEncoding
from valohai_steps.project.disk.files import demand
from valohai_steps.project.workspace import Workspace

TESTS = Path(__file__).parents[1]
PICTURES = [
    picture
    for folder in sorted({path.parent for path in TESTS.rglob("*.txt")})
    for picture in pictures_in(folder)
    if any(title.endswith((".py", "valohai.yaml")) for title in picture.sections)
]
FOLDERS = sorted({picture.path.parent for picture in PICTURES})
SERVED = (".py", ".ipynb", "valohai.yaml", "valohai.yml")  # about others an editor asks nobody
WORD = re.compile(r"[a-z]{4,}")
# What a word of a picture must stay, or the picture says something else.
KEPT = re.compile(
    r"valohai|prepare|import|from|step|default|parameters|inputs|image|environment|multifile|upload_store|name|"
    r"optional|type|true|false|none|and|not|for|while|with|yield|async|await|lambda|return|class|def|else|elif|"
    r"except|raise|pass|global|print|update|format|join|path|http|notebook|cells|source|code|metadata|json|"
    r"float|integer|string|flag|command|pipeline|nodes|edges|override|yaml|null|del|match|case|open|eval|exec"
)


def widened(text: str) -> str:
    """The text with non-BMP letters in the words that are its own."""
    return WORD.sub(lambda match: match[0] if KEPT.search(match[0]) else match[0].replace("e", "𠮷"), text)


def capabilities(encoding: str) -> lsp.ClientCapabilities:
    """A client that pushes no limits but the encoding."""
    found = copy.deepcopy(client_capabilities("neovim"))
    assert found.general is not None
    found.general.position_encodings = [lsp.PositionEncodingKind(encoding)]
    return found


class Editor:
    """One client, with the documents of a picture open; it answers in code points."""

    def __init__(self, client: StepsClient, folder: Path) -> None:
        self.client = client
        self.folder = folder
        self.documents: list[Document] = []

    async def open(self, home: str, files: Mapping[str, str]) -> None:
        self.documents = [Document(self.client, self.folder / home / name) for name in files]
        for document, text in zip(self.documents, files.values(), strict=True):
            await document.open(text, "yaml" if document.path.suffix == ".yaml" else "python")

    def close(self) -> None:
        for document in self.documents:
            document.close()

    async def ask(self, method: str, document: Document, params: dict[str, Any]) -> object:
        """The answer to a request, or why there is none."""
        protocol = self.client.protocol
        kind: Any = lsp.METHOD_TO_TYPES[method][2]
        asked: object = protocol._converter.structure({"textDocument": {"uri": document.uri}, **params}, kind)
        try:
            # pygls leaves it untyped
            answer = await protocol.send_request_async(method, asked)  # type: ignore[no-untyped-call]  # see above
        except JsonRpcException as refused:
            return str(refused)
        return self.plain(answer, document)

    def plain(self, answer: object, document: Document) -> object:
        """An answer with offsets in place of positions."""
        texts = {open_document.uri: open_document.text for open_document in self.documents}
        answer = self.client.protocol._converter.unstructure(answer)
        return _offsets(answer, document.uri, texts, self.client.encoding)

    def position(self, document: Document, offset: int) -> dict[str, int]:
        line, character = LineIndex(document.text).position(offset, self.client.encoding)
        return {"line": line, "character": character}


def _offsets(answer: Any, uri: str, texts: Mapping[str, str], encoding: PositionEncoding) -> Any:
    if isinstance(answer, list):
        return [_offsets(item, uri, texts, encoding) for item in answer]
    if not isinstance(answer, dict):
        return answer
    if answer.keys() == {"line", "character"}:
        return LineIndex(texts.get(uri, "")).offset(answer["line"], answer["character"], encoding)
    named = answer.get("uri") or answer.get("targetUri") or (answer.get("textDocument") or {}).get("uri")
    return {
        key: _offsets(value, _home(key, named, uri, texts), texts, encoding) for key, value in answer.items()
    }


def _home(key: str, named: str | None, uri: str, texts: Mapping[str, str]) -> str:
    """The document that the positions below a key count in."""
    if key in texts:
        return key
    return uri if key == "originSelectionRange" else named or uri


ABOUT_A_FILE = (
    lsp.TEXT_DOCUMENT_CODE_LENS,
    lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL,
    lsp.TEXT_DOCUMENT_FOLDING_RANGE,
    lsp.TEXT_DOCUMENT_DOCUMENT_LINK,
)
ABOUT_A_PLACE: Mapping[str, dict[str, Any]] = {
    lsp.TEXT_DOCUMENT_HOVER: {},
    lsp.TEXT_DOCUMENT_COMPLETION: {},
    lsp.TEXT_DOCUMENT_SIGNATURE_HELP: {},
    lsp.TEXT_DOCUMENT_DEFINITION: {},
    lsp.TEXT_DOCUMENT_REFERENCES: {"context": {"includeDeclaration": True}},
    lsp.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT: {},
    lsp.TEXT_DOCUMENT_PREPARE_RENAME: {},
    lsp.TEXT_DOCUMENT_RENAME: {"newName": "r𠮷named"},
}


async def answers(editor: Editor, document: Document, offsets: list[int]) -> list[object]:
    """Everything an editor can ask about a file, at some places of it."""
    found = editor.plain(editor.client.published[document.uri].diagnostics, document)
    everything: list[object] = [found]
    end = editor.position(document, len(document.text))
    whole = {"start": {"line": 0, "character": 0}, "end": end}
    everything += [await editor.ask(method, document, {}) for method in ABOUT_A_FILE]
    everything.append(await editor.ask(lsp.TEXT_DOCUMENT_INLAY_HINT, document, {"range": whole}))
    asked = {"range": whole, "context": {"diagnostics": []}}
    everything.append(await editor.ask(lsp.TEXT_DOCUMENT_CODE_ACTION, document, asked))
    for offset in offsets:
        position = editor.position(document, offset)
        for method, more in ABOUT_A_PLACE.items():
            everything.append(await editor.ask(method, document, {"position": position, **more}))
        positions = {"positions": [position]}
        everything.append(await editor.ask(lsp.TEXT_DOCUMENT_SELECTION_RANGE, document, positions))
    return everything


def places(text: str) -> list[int]:
    """A few offsets where something stands: behind quotes, dashes and brackets."""
    found = [match.end() for match in re.finditer(r"[\"'({]|- (?:name: )?", text)]
    return found[:: max(len(found) // 5, 1)]


@pytest_asyncio.fixture
async def editors(tmp_path: Path) -> AsyncIterator[list[Editor]]:
    folder = tmp_path / "workspace"
    folder.mkdir()
    async with AsyncExitStack() as stack:
        yield [
            Editor(
                await stack.enter_async_context(
                    session(folder, capabilities(name), tmp_path / f"{name}.log")
                ),
                folder,
            )
            for name in ("utf-8", "utf-16", "utf-32")
        ]
    for log in tmp_path.glob("*.log"):
        assert "Traceback" not in log.read_text("utf-8")


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "folder", sorted({picture.path.parent for picture in PICTURES}), ids=lambda f: f.name
)
async def test_all_encodings_answer_alike(editors: list[Editor], folder: Path) -> None:
    assert [editor.client.encoding for editor in editors] == ["utf-8", "utf-16", "utf-32"]
    for picture in PICTURES:
        if picture.path.parent != folder:
            continue
        files = {name: widened(text) for name, text in picture.sources.items() if name.endswith(SERVED)}
        for editor in editors:
            await editor.open(picture.name, files)
        for number, text in enumerate(files.values()):
            one, *others = [
                await answers(editor, editor.documents[number], places(text)) for editor in editors
            ]
            for other in others:
                assert other == one, picture.path
            document = editors[0].documents[number]
            assert published(one[0]) == expected(editors[0], document), picture.path
        for editor in editors:
            editor.close()


def published(found: object) -> list[tuple[int, int, str]]:
    """The places of diagnostics in code points."""
    assert isinstance(found, list)
    return [(item["range"]["start"], item["range"]["end"], item["code"]) for item in found]


def expected(editor: Editor, document: Document) -> list[tuple[int, int, str]]:
    """What the server should publish, computed here, where offsets are offsets."""
    workspace = Workspace([editor.folder])
    for each in editor.documents:
        workspace.put(each.path, each.text, 0)
    found = [item.finding for item in demand(diagnostics(workspace.snapshot, document.path))]
    return [(finding.span.start, finding.span.end, finding.code) for finding in found]
