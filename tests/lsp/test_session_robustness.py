"""What a client may get wrong, and what files may be: an answer or a line in the log, never a crash."""

import os
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp

from tests.lsp.test_session import EXAMPLE, EXAMPLE_YAML
from tests.lsp.wire import INITIALIZE, Conversation, changing, notification, opening, place, request, talk
from valohai_steps.lsp.places.convert import path_of, uri_of, windows_name

REPORT = request("report", lsp.WORKSPACE_EXECUTE_COMMAND, {"command": "valohai-steps.debugInformation"})
END = request("end", lsp.SHUTDOWN) + notification(lsp.EXIT)
# Every request about a document that a client can send, with what it needs beside the position.
ABOUT_A_PLACE: dict[str, dict[str, Any]] = {
    lsp.TEXT_DOCUMENT_HOVER: {},
    lsp.TEXT_DOCUMENT_COMPLETION: {},
    lsp.TEXT_DOCUMENT_DEFINITION: {},
    lsp.TEXT_DOCUMENT_REFERENCES: {"context": {"includeDeclaration": True}},
    lsp.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT: {},
    lsp.TEXT_DOCUMENT_PREPARE_RENAME: {},
    lsp.TEXT_DOCUMENT_RENAME: {"newName": "other"},
    lsp.TEXT_DOCUMENT_SIGNATURE_HELP: {},
}
ABOUT_A_RANGE: dict[str, dict[str, Any]] = {
    lsp.TEXT_DOCUMENT_CODE_ACTION: {"context": {"diagnostics": []}},
    lsp.TEXT_DOCUMENT_INLAY_HINT: {},
}
ABOUT_A_DOCUMENT = (
    lsp.TEXT_DOCUMENT_CODE_LENS,
    lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL,
    lsp.TEXT_DOCUMENT_DOCUMENT_LINK,
    lsp.TEXT_DOCUMENT_FOLDING_RANGE,
)
WORST = 2**31 - 1
OPTIONS: tuple[object, ...] = (
    [],
    "x",
    7,
    {"settings": []},
    {"clientCommands": "x"},
    {"clientCommands": [[], None]},
)
SETTINGS: tuple[object, ...] = (
    None,
    7,
    [],
    {"valohai-steps": []},
    {"valohai-steps": {"rules": {"VH101": {}}}},
    {"x": 1},
)


def questions(uri: str, *places: dict[str, int]) -> list[bytes]:
    """Everything one can ask about a document, each with an id of its own."""
    document = {"textDocument": {"uri": uri}}
    asked: list[tuple[str, dict[str, Any]]] = [(method, document) for method in ABOUT_A_DOCUMENT]
    for position in places:
        asked += [
            (method, {**document, "position": position, **more}) for method, more in ABOUT_A_PLACE.items()
        ]
        asked.append((lsp.TEXT_DOCUMENT_SELECTION_RANGE, {**document, "positions": [position]}))
        backwards = {"start": position, "end": place(0, 0)}
        asked += [
            (method, {**document, "range": backwards, **more}) for method, more in ABOUT_A_RANGE.items()
        ]
    return [
        request(f"{number} {method} {uri[-20:]}", method, more) for number, (method, more) in enumerate(asked)
    ]


def check(found: Conversation) -> Conversation:
    """It ended well, nothing failed inside, and nobody was disturbed."""
    assert found.code == 0, found.log
    assert "Traceback" not in found.log
    assert found.errors().keys() == {
        key for key, code in found.errors().items() if code == lsp.LSPErrorCodes.RequestFailed
    }
    assert found.notified(lsp.WINDOW_SHOW_MESSAGE) == []
    return found


def published(found: Conversation, uri: str) -> list[list[Any]]:
    """The codes of each publication for a document."""
    return [
        [item["code"] for item in params["diagnostics"]]
        for params in found.notified(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        if params["uri"] == uri
    ]


def test_positions_beyond_the_end_are_the_end(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    edges = [place(0, WORST), place(WORST, 0), place(WORST, WORST)]
    found = talk(opening(path, EXAMPLE), *questions(path.as_uri(), *edges), END)
    check(found)
    assert len(found.answers()) >= len(questions(path.as_uri(), *edges))


def test_a_change_beyond_the_end_or_turned_round_is_clamped(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    beyond = {"range": {"start": place(WORST, WORST), "end": place(WORST, 7)}, "text": "# end\n"}
    backwards = {"range": {"start": place(0, 6), "end": place(0, 0)}, "text": "Import"}
    found = check(talk(opening(path, EXAMPLE), changing(path.as_uri(), 1, beyond, backwards), REPORT, END))
    assert f"{path} (open, version 1)" in found.answers()["report"]


def test_a_change_of_what_was_never_opened_is_a_line_in_the_log(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    path.write_text(EXAMPLE)
    hover = request(
        1, lsp.TEXT_DOCUMENT_HOVER, {"textDocument": {"uri": path.as_uri()}, "position": place(3, 5)}
    )
    closing = notification(lsp.TEXT_DOCUMENT_DID_CLOSE, {"textDocument": {"uri": path.as_uri()}})
    found = check(talk(changing(path.as_uri(), 1, {"text": ""}), hover, closing, END))
    assert "was changed but never opened" in found.log
    assert published(found, path.as_uri()) == []


def test_a_version_that_goes_back_is_followed_and_logged(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    back = changing(path.as_uri(), 2, {"text": EXAMPLE.replace("step=", "stepp=")})
    found = check(talk(opening(path, EXAMPLE, 5), back, REPORT, END))
    assert "went from version 5 to 2" in found.log
    assert "VH105" in published(found, path.as_uri())[-1]


@pytest.mark.parametrize(
    "uri",
    [
        "untitled:Untitled-1",
        "vscode-notebook-cell:/nowhere.ipynb#abc",
        "http://example.com/train.py",
        "file:",
        "file://",
        "file:relative.py",
        "file:///",
        "file://[/train.py",
        "file:///a%00b.py",
        "file:///%ff%fe/train.py",
        "file:///c%3A/x/train.py",
        "file:///C:/x/train.py",
        f"file:///{'a' * 300}/train.py",
        f"file:///{'a/' * 3000}train.py",
        "file://host/share/train.py",
        "",
        "\ud800",
        "git:/a/train.py?%7B%7D",
    ],
)
def test_uris_that_are_no_files_or_strange_ones_are_answered(uri: str) -> None:
    item = {"uri": uri, "languageId": "python", "version": 0, "text": EXAMPLE}
    opened = notification(lsp.TEXT_DOCUMENT_DID_OPEN, {"textDocument": item})
    closed = notification(lsp.TEXT_DOCUMENT_DID_CLOSE, {"textDocument": {"uri": uri}})
    check(talk(opened, *questions(uri, place(2, 10)), REPORT, closed, END))


@pytest.mark.skipif(os.name == "nt", reason="names of POSIX")
@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///home/a%20b%23c/%E6%BC%A2.py", "/home/a b#c/漢.py"),
        ("FILE:///home/x.py", "/home/x.py"),
        ("file://localhost/home/x.py", "/home/x.py"),
        ("file:///home/./y/..//x.py", "/home/x.py"),
        ("file:///c%3A/x.py", "/c:/x.py"),
        ("file:///a;b&c=d.py", "/a;b&c=d.py"),
    ],
)
def test_all_spellings_of_a_uri_are_one_path(uri: str, path: str) -> None:
    assert path_of(uri) == Path(path)
    assert path_of(uri_of(Path(path))) == Path(path)


@pytest.mark.parametrize(
    ("host", "name", "expected"),
    [
        ("", "/c:/x/train.py", "c:/x/train.py"),
        ("", "/C:/x", "C:/x"),
        ("", "///c:/x", "c:/x"),
        ("host", "/share/x.py", "//host/share/x.py"),
    ],
)
def test_drives_and_shares_of_windows(host: str, name: str, expected: str) -> None:
    assert windows_name(host, name) == expected


def test_one_file_under_two_spellings_is_one_file(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    one, other = path.as_uri(), f"{tmp_path.as_uri()}/%74rain.py"
    item = {"uri": other, "languageId": "python", "version": 7, "text": EXAMPLE.replace("step=", "stepp=")}
    found = check(
        talk(
            opening(path, EXAMPLE),
            request(1, lsp.TEXT_DOCUMENT_HOVER, {"textDocument": {"uri": one}, "position": place(0, 0)}),
            notification(lsp.TEXT_DOCUMENT_DID_OPEN, {"textDocument": item}),
            request(2, lsp.TEXT_DOCUMENT_HOVER, {"textDocument": {"uri": other}, "position": place(0, 0)}),
            changing(one, 1, {"text": EXAMPLE + "\n"}),
            request(3, lsp.TEXT_DOCUMENT_HOVER, {"textDocument": {"uri": one}, "position": place(0, 0)}),
            notification(lsp.TEXT_DOCUMENT_DID_CLOSE, {"textDocument": {"uri": one}}),
            REPORT,
            END,
        )
    )
    # No step is declared twice, the text that changed last counts, and what is left open after that.
    assert not any("VH108" in codes for codes in (*published(found, one), *published(found, other)))
    assert published(found, one)[-1] == []
    assert f"{path} (open, version 7)" in found.answers()["report"]


def test_a_large_text_is_answered(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    text = "# 漢😀\n" * 1_000_000 + EXAMPLE
    end = {"range": {"start": place(0, 0), "end": place(0, 1)}, "text": "##"}
    found = check(
        talk(
            opening(path, text), changing(path.as_uri(), 1, end), *questions(path.as_uri(), place(5, 1)), END
        )
    )
    assert published(found, path.as_uri())[-1] == ["VH101"]


def test_settings_and_options_of_any_kind_are_survived(tmp_path: Path) -> None:
    for options in OPTIONS:
        found = talk(END, initialize={**INITIALIZE, "initializationOptions": options})
        assert found.code == 0
        assert "Traceback" not in found.log
    pushed = [
        notification(lsp.WORKSPACE_DID_CHANGE_CONFIGURATION, {"settings": settings}) for settings in SETTINGS
    ]
    found = talk(*pushed, opening(tmp_path / "train.py", EXAMPLE), REPORT, END)
    assert found.code == 0
    assert "Traceback" not in found.log
    assert published(found, (tmp_path / "train.py").as_uri()) == [["VH201"]]


def test_files_that_cannot_be_read_are_a_line_in_the_log(tmp_path: Path) -> None:
    path, yaml = tmp_path / "train.py", tmp_path / "valohai.yaml"
    yaml.write_bytes(b"\xff")
    folder = tmp_path / "sub" / "valohai.yaml"
    folder.mkdir(parents=True)
    found = check(
        talk(
            opening(path, EXAMPLE),
            opening(tmp_path / "sub" / "train.py", EXAMPLE),
            *questions(path.as_uri(), place(3, 5)),
            *questions(yaml.as_uri(), place(3, 5)),
            *questions((tmp_path / "sub" / "train.py").as_uri(), place(3, 5)),
            REPORT,
            END,
        )
    )
    assert "is not UTF-8" in found.log


def test_watched_files_of_any_kind_are_survived(tmp_path: Path) -> None:
    (tmp_path / "valohai.yaml").write_text(EXAMPLE_YAML)
    names = ("valohai.yaml", "gone.py", "sub", "pyproject.toml")
    changes = [
        {"uri": uri, "type": kind}
        for uri in (*((tmp_path / name).as_uri() for name in names), "untitled:x", "file:///a%00")
        for kind in (1, 2, 3)
    ]
    found = check(
        talk(notification(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, {"changes": changes}), REPORT, END)
    )
    assert found.answers()["report"]


FOREIGN: tuple[object, ...] = (
    None,
    7,
    [],
    {},
    {"uri": "file:///x.py"},
    {"uri": 7, "plan": "update"},
    {"uri": "file:///x.py", "plan": "other"},
    {"uri": "file:///x.py", "plan": "update", "server": "another"},
)


def test_an_action_with_foreign_data_is_refused(tmp_path: Path) -> None:
    actions = [{"title": "x", **({} if data is None else {"data": data})} for data in FOREIGN]
    asked = [request(number, lsp.CODE_ACTION_RESOLVE, action) for number, action in enumerate(actions)]
    found = talk(opening(tmp_path / "train.py", EXAMPLE), *asked, END)
    assert found.errors() == dict.fromkeys(range(len(FOREIGN)), lsp.ErrorCodes.InvalidParams.value)
    assert "Traceback" not in found.log
    assert "ERROR" not in found.log


HALF = "\ud800"


@pytest.mark.parametrize(
    "data",
    [HALF, [HALF], {HALF: 1}, {"uri": "file:///x.py", "plan": HALF}, {"uri": HALF, "plan": "update"}],
    ids=["string", "list", "key", "plan", "uri"],
)
def test_half_a_character_in_the_data_of_an_action_is_refused_or_nothing(data: object) -> None:
    action = {"title": HALF, "data": data}
    resolved = request(1, lsp.CODE_ACTION_RESOLVE, action)
    commands = [
        request(
            number, lsp.WORKSPACE_EXECUTE_COMMAND, {"command": f"valohai-steps.{name}", "arguments": asked}
        )
        for number, (name, asked) in enumerate(
            [("ask", [HALF, {HALF: HALF}]), ("ask", ["graph", {"path": HALF}]), ("pipelineGraphs", [HALF])], 2
        )
    ]
    found = talk(resolved, *commands, END)
    assert found.code == 0
    assert "Traceback" not in found.log
    assert set(found.errors().values()) <= {lsp.ErrorCodes.InvalidParams}
    if isinstance(data, dict) and data.get("uri") == HALF:
        assert found.answers()[1]["data"] == data
    else:
        assert found.errors()[1] == lsp.ErrorCodes.InvalidParams
