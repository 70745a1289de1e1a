"""The table of model/schema against the schema that the vendor publishes, both ways."""

from collections.abc import Iterator, Mapping
from typing import Any

from valohai_yaml.schema_data import SCHEMATA

from valohai_steps.model.schema.sections import SECTIONS
from valohai_steps.model.schema.shape import Form, Scalar, Shape, Takes

_KINDS = {
    "string": Scalar.STRING,
    "number": Scalar.NUMBER,
    "integer": Scalar.INTEGER,
    "boolean": Scalar.BOOLEAN,
}
# What the vendor's schema does not say, but its parser or its lint demands.
_STRICTER = {
    "task.type": "Task.parse casts it",
    "task.on-child-error": "Task.parse casts it",
    "step.time-limit": "parse_duration refuses what is less than 0",
    "step.no-output-timeout": "parse_duration refuses what is less than 0",
    "step.stop-condition": "lint_expression",
    "task.stop-condition": "lint_expression",
    "pipeline.nodes.actions.when": "NodeAction.lint knows these",
    "pipeline.nodes.actions.then": "NodeAction.lint knows these",
    "endpoint.shared-volumes.mount-path": "Endpoint.lint",
    "endpoint.shared-volumes.sub-path": "Endpoint.lint",
    "endpoint.workspace-volume.mount-path": "Endpoint.lint",
}
_PATTERNS = {
    Form.MOUNT: "^/.+:/.+$",
    Form.ABSOLUTE: "^/.+$",
    Form.SELECTOR: "=",
    Form.ENDPOINT: "^[a-z][a-z0-9-]+$",
}


def test_every_section_agrees_with_the_vendors_schema() -> None:
    items = _schema("base")["items"]["properties"]
    # The parser takes `blueprint` for `pipeline`, and deployments that the schema forgets.
    assert SECTIONS.keys() == {*items, "blueprint", "deployment"}
    differences = [
        line
        for name, shape in SECTIONS.items()
        if name != "blueprint"
        for line in _shape_differences(name, shape, _schema(name))
    ]
    assert differences == []


def test_each_named_exception_is_still_one() -> None:
    found = {path for path, _ in _stricter(SECTIONS.items())}
    assert found == set(_STRICTER)


def test_every_key_has_a_sentence_of_its_own_length() -> None:
    for path, shape in _shapes("", dict(SECTIONS)):
        assert shape.sentence.endswith("."), path
        for key in shape.keys.values():
            assert key.sentence.endswith("."), (path, key.name)
            assert all(choice.sentence.endswith(".") for choice in key.takes.choices), (path, key.name)


def _schema(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = SCHEMATA[f"https://valohai.com/schemas/{name}"]
    return schema


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    reference = schema.get("$ref")
    return _schema(reference.rsplit("/", 1)[1]) if reference else schema


def _shape_differences(path: str, shape: Shape, schema: dict[str, Any]) -> Iterator[str]:
    theirs = schema.get("properties", {})
    if theirs.keys() != shape.keys.keys():
        yield f"{path}: keys {sorted(theirs.keys() ^ shape.keys.keys())}"
    required = set(schema.get("required", ()))
    # A pipeline parameter without a name crashes the parser; a deployment without target only warns.
    ours = set(shape.required) - ({"name"} if path == "pipeline.parameters" else set())
    if required - ({"target"} if path == "deployment.defaults" else set()) != ours:
        yield f"{path}: required {required ^ ours}"
    choices = schema.get("oneOf", schema.get("anyOf", ()))
    groups = tuple(sorted(each["required"][0] for each in choices if "required" in each))
    if path != "endpoint.tolerations" and len(groups) > 1:
        if groups not in [tuple(sorted(group)) for group in shape.one_of]:
            yield f"{path}: one of {groups}"
    elif shape.one_of:
        yield f"{path}: one of {shape.one_of}"
    if shape.is_open != bool(schema.get("additionalProperties", True)):
        yield f"{path}: open {shape.is_open}"
    for name in theirs.keys() & shape.keys.keys():
        yield from _differences(f"{path}.{name}", shape.keys[name].takes, _resolved(theirs[name]))


def _differences(path: str, takes: Takes, schema: dict[str, Any]) -> Iterator[str]:
    forms = [_resolved(form) for form in schema.get("oneOf", schema.get("anyOf", [schema]))]
    if schema.get("type") == "object" and "properties" in schema:
        forms = [schema]
    scalars = {_KINDS[kind] for form in forms for kind in _types(form) if kind in _KINDS}
    if scalars != set(takes.scalars):
        yield f"{path}: {scalars} and {takes.scalars}"
    if takes.anything != (schema.keys() <= {"description", "title"}):
        yield f"{path}: anything"
    yield from _limit_differences(path, takes, forms)
    mapping = [form for form in forms if "object" in _types(form)]
    if takes.variants is not None:
        named = {form["properties"]["type"]["const"]: form for form in mapping}
        if named.keys() != takes.variants.shapes.keys():
            yield f"{path}: variants {sorted(named)}"
        for name, shape in takes.variants.shapes.items():
            yield from _shape_differences(path, shape, named[name])
        return
    if takes.is_mapping != bool(mapping) and not takes.anything:
        yield f"{path}: mapping"
    if takes.object is not None and mapping:
        yield from _shape_differences(path, takes.object, mapping[0])
    lists = [form for form in forms if "array" in _types(form)]
    if (takes.items is not None) != bool(lists):
        yield f"{path}: list"
    if takes.items is not None and lists and not takes.items.anything:
        if takes.count != len(lists[0].get("prefixItems", ())):
            yield f"{path}: count"
        inner = lists[0]["items"] or lists[0]["prefixItems"][0]
        yield from _differences(path, takes.items, _resolved(inner))


def _types(form: dict[str, Any]) -> list[str]:
    kind = form.get("type", [])
    return [kind] if isinstance(kind, str) else list(kind)


def _limit_differences(path: str, takes: Takes, forms: list[dict[str, Any]]) -> Iterator[str]:
    allowed = [value for form in forms for value in form.get("enum", ())]
    if path.endswith("nodes.type"):
        return
    if path not in _STRICTER:
        if sorted(allowed) != sorted(choice.value for choice in takes.choices):
            yield f"{path}: one of {allowed}"
        patterns = [form["pattern"] for form in forms if "pattern" in form]
        if patterns != ([_PATTERNS[takes.form]] if takes.form else []):
            yield f"{path}: pattern {patterns}"
        least = [form["minimum"] for form in forms if "minimum" in form]
        if least != ([] if takes.least is None else [takes.least]):
            yield f"{path}: least {least}"
    for word, value in (("maximum", takes.most), ("maxLength", takes.longest)):
        theirs = [form[word] for form in forms if word in form]
        if theirs != ([] if value is None else [value]):
            yield f"{path}: {word} {theirs}"


def _stricter(sections: Any) -> Iterator[tuple[str, Takes]]:
    for name, shape in sections:
        if name != "blueprint":
            for path, inner in _shapes(name, {name: shape}):
                for key in inner.keys.values():
                    where = f"{path}.{key.name}"
                    known = key.takes
                    if where in _STRICTER and (known.choices or known.form or known.least is not None):
                        yield where, known


def _shapes(path: str, shapes: Mapping[str, Shape]) -> Iterator[tuple[str, Shape]]:
    for name, shape in shapes.items():
        here = path or name
        yield here, shape
        for key in shape.keys.values():
            for takes in (key.takes, key.takes.items):
                if takes is not None:
                    inner = dict(takes.variants.shapes) if takes.variants else {}
                    if takes.object is not None:
                        inner[key.name] = takes.object
                    yield from _shapes(f"{here}.{key.name}", inner)
