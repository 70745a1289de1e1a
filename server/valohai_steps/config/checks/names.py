"""VH303 and VH310 inside one item: names that are there twice, names that something cannot use."""

from collections.abc import Iterable, Iterator

from valohai_steps.config.lint.page import Page
from valohai_steps.config.model.names import mappings_of, value_of
from valohai_steps.config.tree.node import Node
from valohai_steps.model.finding import Finding, Related


def named(node: Node | None, key: str = "name") -> Iterator[tuple[str, Node]]:
    """The names in a list of mappings, each with its node. Those that aliases repeat are left out."""
    if node is None or node.alias is not None:
        return
    for each in mappings_of(node):
        value = value_of(each, key)
        if each.alias is None and value is not None and isinstance(value.value, str):
            yield value.value, value


def repeated(noun: str, names: Iterable[tuple[str, Node]]) -> Iterator[Finding]:
    """VH303 at each name that is there before."""
    first: dict[str, Node] = {}
    for name, node in names:
        if name in first:
            message = f"there are two {noun}s named {name}; rename or remove one"
            related = (Related(first[name].span, f"the first {name}"),)
            yield Finding("VH303", node.span, message, related)
        else:
            first[name] = node


def awkward_parameters(page: Page, parameters: Node | None) -> Iterator[Finding]:
    """VH310: parameters that a command line cannot have, and two that differ in `-` and `_` only."""
    alike: dict[str, tuple[str, Node]] = {}
    unused = {
        id(value_of(each, "name"))
        for each in (mappings_of(parameters) if parameters is not None else ())
        if not _passes_its_name(each)
    }
    for name, node in named(parameters):
        why = _parameter_flaw(name) if id(node) not in unused else ""
        if why:
            yield Finding("VH310", node.span, f"a parameter should not be named {page.written(node)}: {why}")
            continue
        other = alike.setdefault(name.replace("_", "-"), (name, node))
        if other[0] != name:
            message = f"many programs cannot tell {name} and {other[0]} apart; rename one"
            yield Finding("VH310", node.span, message, (Related(other[1].span, f"{other[0]} is here"),))


def _passes_its_name(parameter: Node) -> bool:
    """Whether the command line gets the name: `--{name}={value}` unless something else is stated."""
    stated = [value_of(parameter, key) for key in ("pass-as", "pass-true-as", "pass-false-as")]
    passed = [str(each.value) for each in stated if each is not None and each.value is not None]
    return not passed or any("{name}" in text for text in passed)


def _parameter_flaw(name: str) -> str:
    if name == "help":
        return "--help shows the help of most programs; rename it"
    if any(character.isspace() for character in name):
        return f"a flag cannot contain spaces; write {'-'.join(name.split())}"
    if name.startswith("-"):
        return f"its flag would have more dashes; write {name.lstrip('-') or 'a name'}"
    return "what follows `=` is the value; rename it" if "=" in name else ""


def awkward_variables(page: Page, names: Iterable[tuple[str, Node]]) -> Iterator[Finding]:
    """VH310: environment variables that no shell can set."""
    for name, node in names:
        if "=" in name or any(character.isspace() for character in name):
            why = "the name of an environment variable cannot contain spaces or `=`"
            yield Finding("VH310", node.span, f"{why}; rename {page.written(node)}")


def awkward_nodes(page: Page, names: Iterable[tuple[str, Node]]) -> Iterator[Finding]:
    """VH310: nodes that no edge can name, because a dot ends the name there."""
    for name, node in names:
        if "." in name:
            message = f"no edge can name {page.written(node)}, because a dot ends the name of a node"
            yield Finding("VH310", node.span, f"{message}; rename it")
