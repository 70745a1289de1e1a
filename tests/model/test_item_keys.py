"""The words that completion and help explain are those that the rules know, with the schema's defaults."""

import ast

import pytest
from valohai_yaml.schema_data import SCHEMATA

from valohai_steps.model.schema.item_keys import ARGUMENTS, KEYS, ItemKey
from valohai_steps.source.calls.call_reading import ARGUMENTS as READ_ARGUMENTS

SCHEMA = {"parameter": "param-item", "input": "input-item"}


def properties(kind: str) -> dict[str, dict[str, object]]:
    found = SCHEMATA[f"https://valohai.com/schemas/{SCHEMA[kind]}"]["properties"]
    assert isinstance(found, dict)
    return found


def test_every_argument_is_explained() -> None:
    assert tuple(ARGUMENTS) == READ_ARGUMENTS


@pytest.mark.parametrize("kind", KEYS)
def test_every_key_is_explained(kind: str) -> None:
    assert set(KEYS[kind]) == set(properties(kind)) - {"name"}


@pytest.mark.parametrize(
    ("kind", "word"), [(kind, word) for kind in KEYS for word in KEYS[kind].values()], ids=str
)
def test_what_counts_otherwise_is_what_the_schema_says(kind: str, word: ItemKey) -> None:
    stated = properties(kind)[word.name].get("default")
    written = ast.literal_eval(word.default) if word.default not in ("", "None") else None
    # The schema's False is what `none` means for keep-directories.
    assert written == ("none" if (word.name, stated) == ("keep-directories", False) else stated)


@pytest.mark.parametrize(
    ("kind", "word"), [(kind, word) for kind in KEYS for word in KEYS[kind].values()], ids=str
)
def test_the_values_offered_are_those_of_the_schema(kind: str, word: ItemKey) -> None:
    stated = properties(kind)[word.name]
    forms = stated.get("oneOf", [stated])
    assert isinstance(forms, list)
    allowed = {value for form in forms for value in form.get("enum", ())}
    assert set(word.texts) == allowed
    assert word.flags == any(form.get("type") == "boolean" for form in forms)
