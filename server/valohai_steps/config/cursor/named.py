"""Names in a half-typed outline: what an item, a parameter, a node is called."""

from collections.abc import Iterator

from valohai_steps.config.cursor.outline.pieces import Mapping, Node, Scalar, Sequence


def text_of(node: Node | None, key: str) -> str:
    """The text behind a key of a mapping; empty when there is none on one line."""
    value = node.get(key) if isinstance(node, Mapping) else None
    is_text = isinstance(value, Scalar) and value.style not in ("|", ">", "*") and "\n" not in value.text
    return value.value if is_text and isinstance(value, Scalar) else ""


def values_of(node: Node | None) -> Iterator[Node]:
    """The items of a list that are there."""
    for item in node.items if isinstance(node, Sequence) else ():
        if item.value is not None:
            yield item.value


def mappings_of(node: Node | None, key: str) -> Iterator[Mapping]:
    """The mappings in the list behind a key."""
    for each in values_of(node.get(key) if isinstance(node, Mapping) else None):
        if isinstance(each, Mapping):
            yield each


def texts_of(node: Node | None, key: str) -> Iterator[str]:
    """The texts behind a key: one, or those of a list."""
    value = node.get(key) if isinstance(node, Mapping) else None
    for each in (value,) if isinstance(value, Scalar) else values_of(value):
        if isinstance(each, Scalar) and each.value:
            yield each.value


def what_runs(node: Mapping) -> tuple[str, str]:
    """What a node of a pipeline runs: `step`, `task` or `deployment`, and its name; else two empty ones."""
    named = ((key, text_of(node, key)) for key in ("step", "task", "deployment"))
    return next((each for each in named if each[1]), ("", ""))


def commands_of(step: Node | None) -> Iterator[str]:
    """The commands of a step, one by one; a block of text is one of several lines."""
    value = step.get("command") if isinstance(step, Mapping) else None
    for each in (value,) if isinstance(value, Scalar) else values_of(value):
        if isinstance(each, Scalar) and each.style != "*":
            lines = each.value.splitlines() if each.style in ("|", ">") else [each.value]
            yield "\n".join(line.strip() for line in lines).strip()


def names_in(node: Node | None, key: str) -> Iterator[str]:
    """The names of the mappings in the list behind a key."""
    for each in mappings_of(node, key):
        name = text_of(each, "name")
        if name:
            yield name
