"""Calls as an editor needs them: their arguments, also while they are typed."""

import pytest

from valohai_steps.source.python_file import read_module


def written(text: str) -> list[tuple[str, list[tuple[str | None, str]]]]:
    """Each call's text, and its arguments by name with the text of their values."""
    return [
        (
            text[call.call_span.start : call.call_span.end],
            [(each.name, text[each.value_span.start : each.value_span.end]) for each in call.arguments],
        )
        for call in read_module(text).calls
    ]


def test_a_whole_call() -> None:
    call = 'valohai.prepare(\n    step="s",  # why\n    default_parameters={"a": 1, "b": [2]},\n)'
    expected = [("step", '"s"'), ("default_parameters", '{"a": 1, "b": [2]}')]
    assert written(f"import valohai\n{call}\n") == [(call, expected)]


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("valohai.prepare(", []),
        ("valohai.prepare(st", [(None, "st")]),
        ("valohai.prepare(step=", [("step", "")]),
        ('valohai.prepare(step="s', [("step", '"s')]),
        ('valohai.prepare(step="s", im', [("step", '"s"'), (None, "im")]),
        ('valohai.prepare(step="a, b(", image=', [("step", '"a, b("'), ("image", "")]),
        (
            'valohai.prepare(\n    step="s",\n    default_parameters={"lr": 1, "',
            [("step", '"s"'), ("default_parameters", '{"lr": 1, "')],
        ),
        ('valohai.prepare(step="s" default', [("step", '"s" default')]),
    ],
)
@pytest.mark.parametrize("below", ["", "\nx = 1\nprint(x)\n", "\n\ndef main():\n    pass\n"])
def test_a_call_that_is_being_typed(call: str, expected: list[tuple[str | None, str]], below: str) -> None:
    ((text, arguments),) = written(f"import valohai\n{call}{below}")
    assert text.rstrip() == call
    assert arguments == expected


def test_the_bracket_that_closes_ends_it() -> None:
    text = 'import valohai\nvalohai.prepare(\n    step="s",\n    default_parameters={"\n)\nx = 1\n'
    ((call, arguments),) = written(text)
    assert call.startswith("valohai.prepare(\n")
    assert [name for name, _ in arguments] == ["step", "default_parameters"]


def test_a_name_that_is_not_called_is_no_call() -> None:
    assert written("import valohai\nprint(valohai.prepare)\nvalohai.prepare\n") == []


@pytest.mark.parametrize("line", ["valohai. = 1", "for valohai. in x: pass", "[0 for valohai. in x]"])
def test_a_name_behind_the_dot_that_is_not_there_yet(line: str) -> None:
    text = f'import valohai\n{line}\nvalohai.prepare(step="s", default_parameters={{"x": 1}})\n'
    assert [step.name for step in read_module(text).steps] == ["s"]


@pytest.mark.parametrize(
    "line",
    ["for e in range(valohai.):", "range(valohai.5):", "if x(valohai.5):", "for e in (valohai 5): pass"],
)
def test_what_is_being_typed_replaces_no_function(line: str) -> None:
    text = f'import valohai\nvalohai.prepare(step="s", default_parameters={{"x": 1}})\n{line}\n    pass\n'
    assert not any("is changed" in finding.message for finding in read_module(text).problems)
