"""A call typed letter by letter: at each letter of a name, that name is offered.

As a plain editor leaves the text (nothing is closed), as others do (brackets and quotes are closed behind
the cursor), and with more code below, which a half-typed call must not swallow.
"""

import re
from collections.abc import Iterator

import pytest

from tests.ide.test_completion_properties import offered

CALL = """\
import valohai

valohai.prepare(
    step="train",
    default_parameters={
        "learning-rate": {"default": 0.1, "type": "float", "min": 0, "multiple-separator": ";"},
        "layers": [1, 2],
    },
    default_inputs={"images": {"default": None, "keep-directories": "suffix", "optional": True}},
    image="python:3.13",
    multifile=True,
)
"""
BELOW = """
def main():
    print(valohai.parameters("learning-rate").value, {"a": 1})


if __name__ == "__main__":
    main()
"""
# Every name of the call, in order of place; those of parameters and inputs are known from valohai.yaml.
NAMES = re.compile(
    r"(?<=[ (])(step|default_parameters|default_inputs|image|multifile)(?==)"
    r'|(?<=")(train|learning-rate|default|type|float|min|multiple-separator|images|keep-directories|suffix'
    r'|optional|python:3\.13)(?=")|(?<=: )True|(?<==)True'
)
_PAIRS = {"(": ")", "[": "]", "{": "}"}


def closers(text: str) -> str:
    """What an editor has put behind the cursor by itself."""
    waiting: list[str] = []
    for token in re.findall(r'"[^"\n]*(?:"|$)|[][(){}]', text):
        if token.startswith('"'):
            waiting += ['"'] if len(token) == 1 or not token.endswith('"') else []
        elif token in _PAIRS:
            waiting.append(_PAIRS[token])
        else:
            waiting.pop()
    return "".join(reversed(waiting))


def states() -> Iterator[tuple[str, str]]:
    """(text up to the cursor, name that is being typed)."""
    for name in NAMES.finditer(CALL):
        for end in range(name.start(), name.end() + 1):
            yield CALL[:end], name[0]


@pytest.mark.parametrize("below", ["", BELOW], ids=["nothing below", "code below"])
@pytest.mark.parametrize("closes", [False, True], ids=["open", "closed"])
def test_at_each_letter_of_a_name_it_is_offered(closes: bool, below: str) -> None:
    missing = [
        (text.rpartition("\n")[2], name)
        for text, name in states()
        if (closes or not text.endswith((f" {name}", f"={name}")))  # whole, at the end of its line
        and name
        not in {
            each.label for each in offered(text + (closers(text) if closes else "") + "\n" + below, len(text))
        }
    ]
    assert missing == []


def test_at_each_letter_of_a_name_that_is_changed_it_is_offered() -> None:
    """The call is whole but for the rest of the name."""
    missing = [
        (CALL[: name.end()].rpartition("\n")[2], end - name.start())
        for name in NAMES.finditer(CALL)
        for end in range(name.start(), name.end() + 1)
        if name[0] not in {each.label for each in offered(CALL[:end] + CALL[name.end() :] + BELOW, end)}
    ]
    assert missing == []


def test_at_each_letter_of_a_name_that_is_read_it_is_offered() -> None:
    read = 'print(valohai.parameters("learning-rate"'
    missing = [
        (read[:end], closing, below)
        for end in range(read.index("learning"), read.index("learning") + len("learning-rate") + 1)
        for closing in ("", '"))', '")')
        for below in ("\n", "\n" + BELOW)
        if "learning-rate"
        not in {each.label for each in offered(f"{CALL}{read[:end]}{closing}{below}", len(CALL) + end)}
    ]
    assert missing == []
