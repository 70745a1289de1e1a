"""The modules that a text imports, wherever it does: at the top, in a function, behind a condition."""

import re
from collections.abc import Iterator

from valohai_steps.model.patterns import pattern
from valohai_steps.source.evaluation.imports import from_module
from valohai_steps.source.evaluation.outlines.search_path import file_named
from valohai_steps.source.text.ipython.marks import RUN
from valohai_steps.source.tree.scope import Scopes
from valohai_steps.source.tree.syntax import ExcessiveText, Node, Syntax, ancestors, field, parts

_STATEMENTS = ("import_statement", "import_from_statement")
# What imports a module that a string names.
_BY_NAME = (
    *("import_module", "__import__", "resolve_name", "run_module", "locate", "safeimport", "find_spec"),
    *("loadTestsFromName", "get_data"),
)
# What runs a file that a path names, and the place and name of that argument.
RUN_BY_PATH = {
    "run_path": (0, "path_name"),
    "SourceFileLoader": (1, "path"),
    "spec_from_file_location": (1, "location"),
    "load_source": (1, "pathname"),
    RUN: (0, "path"),
}
# `dictConfig({"handlers": {"h": {"class": "handlers.File"}}})`
_CONFIGURED = pattern(r"""(["'])(?:class|\(\)|factory)\1\s*:\s*(["'])([\w.]+)\.\w+\2""")
# A text that imports anything has one of these words.
WORDS = ("import", *_BY_NAME, *RUN_BY_PATH, "dictConfig")
_KEYWORD = pattern(
    rf"(?:^|[;:])[ \t\f]*(?:from|import)\b|\b(?:{'|'.join(WORDS[1:])})\b",
    re.MULTILINE,
)


def imported_modules(syntax: Syntax) -> Iterator[tuple[str, int]]:
    """What the import statements may mean: dotted names, and the dots in front (0: absolute).

    `import a.b` means `a` and `a.b`; `from .a import b` means `a` and maybe `a.b`, one dot in front.
    """
    scopes = Scopes(syntax)
    try:
        for found in _KEYWORD.finditer(syntax.text):
            node = syntax.node_at(found.end() - 1, found.end())
            for each in (node, *ancestors(node)):
                yield from _meant(scopes, each)
        if "dictConfig" in syntax.text:
            yield from ((found[3], 0) for found in _CONFIGURED.finditer(syntax.text))
    except ExcessiveText:
        return  # its one finding says so


def import_statements(syntax: Syntax) -> Iterator[Node]:
    """The import statements themselves, each once. Raises ExcessiveText."""
    seen = set[int]()
    for found in _KEYWORD.finditer(syntax.text):
        node = syntax.node_at(found.end() - 1, found.end())
        statement = node if node.type in _STATEMENTS else node.parent
        if statement is not None and statement.type in _STATEMENTS and statement.id not in seen:
            seen.add(statement.id)
            yield statement


def _meant(scopes: Scopes, node: Node) -> Iterator[tuple[str, int]]:
    syntax = scopes.syntax
    if node.type == "import_statement":
        for part in parts(node):
            whole = _name(syntax, part)
            yield from ((whole[:end], 0) for end in (*_dots(whole), len(whole)))
    elif node.type == "import_from_statement" and (module := from_module(syntax, node)) is not None:
        name, level = module
        yield name, level
        for part in (part for part in parts(node)[1:] if part.type != "wildcard_import"):
            yield f"{name}.{_name(syntax, part)}".lstrip("."), level
    elif node.type == "call":
        yield from _called(scopes, node)


def _called(scopes: Scopes, call: Node) -> Iterator[tuple[str, int]]:
    """`import_module("a.b")`, `resolve_name("a:b")`, `run_path("x.py")`, where the name is written down."""
    syntax, function, given = scopes.syntax, field(call, "function"), parts(field(call, "arguments"))
    last = function.children[-1] if function is not None and function.type == "attribute" else function
    word = "" if last is None else syntax.source(last)
    if word in RUN_BY_PATH:
        path = path_given(syntax, call, word)
        file = None if path is None else file_named(scopes, path)
        if file is not None and file.names:
            yield ".".join(file.names), file.level
        return
    value = (field(given[0], "value") or given[0]) if given and word in _BY_NAME else None
    if value is None or value.type != "string":
        return
    name = syntax.source(value).strip("\"'").partition(":")[0]
    dots = len(name) - len(name.lstrip("."))
    if all(word.isidentifier() for word in name[dots:].split(".")):
        yield name[dots:], dots


def path_given(syntax: Syntax, call: Node, runner: str) -> Node | None:
    """The path that a call of `runner`, a key of RUN_BY_PATH, gets."""
    place, keyword = RUN_BY_PATH[runner]
    for index, each in enumerate(parts(field(call, "arguments"))):
        name = field(each, "name") if each.type == "keyword_argument" else None
        if name is not None and syntax.source(name) == keyword:
            return field(each, "value")
        if name is None and index == place:
            return each
    return None


def _name(syntax: Syntax, part: Node) -> str:
    """The name of what is imported, without its `as`."""
    named = field(part, "name") if part.type == "aliased_import" else part
    return "".join(syntax.name(named or part).split())


def _dots(name: str) -> Iterator[int]:
    return (found.start() for found in re.finditer(r"\.", name))
