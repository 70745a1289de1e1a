"""The modules that a text imports, wherever it does: at the top, in a function, behind a condition."""

import re
from collections.abc import Iterator

from valohai_steps.model.patterns import pattern
from valohai_steps.source.evaluation.imports import from_module
from valohai_steps.source.tree.syntax import ExcessiveText, Node, Syntax, ancestors, field, parts

# A text that imports anything has one of these words.
WORDS = ("import", "import_module", "__import__", "resolve_name", "run_module")
_KEYWORD = pattern(
    r"(?:^|[;:])[ \t\f]*(?:from|import)\b|\b(?:import_module|__import__|resolve_name|run_module)\b",
    re.MULTILINE,
)


def imported_modules(syntax: Syntax) -> Iterator[tuple[str, int]]:
    """What the import statements may mean: dotted names, and the dots in front (0: absolute).

    `import a.b` means `a` and `a.b`; `from .a import b` means `a` and maybe `a.b`, one dot in front.
    """
    try:
        for found in _KEYWORD.finditer(syntax.text):
            node = syntax.node_at(found.end() - 1, found.end())
            for each in (node, *ancestors(node)):
                yield from _meant(syntax, each)
    except ExcessiveText:
        return  # its one finding says so


def _meant(syntax: Syntax, node: Node) -> Iterator[tuple[str, int]]:
    if node.type == "import_statement":
        for part in parts(node):
            whole = _name(syntax, part)
            yield from ((whole[:end], 0) for end in (*_dots(whole), len(whole)))
    elif node.type == "import_from_statement" and (module := from_module(syntax, node)) is not None:
        name, level = module
        yield name, level
        for part in (part for part in parts(node)[1:] if part.type != "wildcard_import"):
            yield f"{name}.{_name(syntax, part)}".lstrip("."), level
    elif node.type == "call" and (given := parts(field(node, "arguments"))):
        yield from _called(syntax, node, given[0])


def _called(syntax: Syntax, call: Node, argument: Node) -> Iterator[tuple[str, int]]:
    """`import_module("a.b")`, `resolve_name("a:b")`, where the name is written down."""
    function, value = field(call, "function"), field(argument, "value") or argument
    last = function.children[-1] if function is not None and function.type == "attribute" else function
    if last is None or syntax.source(last) not in WORDS or value.type != "string":
        return
    name = syntax.source(value).strip("\"'").partition(":")[0]
    dots = len(name) - len(name.lstrip("."))
    if all(word.isidentifier() for word in name[dots:].split(".")):
        yield name[dots:], dots


def _name(syntax: Syntax, part: Node) -> str:
    """The name of what is imported, without its `as`."""
    named = field(part, "name") if part.type == "aliased_import" else part
    return "".join(syntax.source(named or part).split())


def _dots(name: str) -> Iterator[int]:
    return (found.start() for found in re.finditer(r"\.", name))
