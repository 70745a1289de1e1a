"""The modules that a text imports, wherever it does: at the top, in a function, behind a condition."""

import re
from collections.abc import Iterable, Iterator, Mapping
from weakref import WeakKeyDictionary

from valohai_steps.model.patterns import pattern
from valohai_steps.source.evaluation.imports import from_module
from valohai_steps.source.evaluation.outlines.computed_texts import texts_behind
from valohai_steps.source.evaluation.outlines.loads import loads
from valohai_steps.source.evaluation.outlines.search_path import FolderName, file_named
from valohai_steps.source.evaluation.outlines.written_text import written_text
from valohai_steps.source.evaluation.tables.loaders import FILE_LOADERS, MODULE_LOADERS
from valohai_steps.source.tree.scope import Scopes
from valohai_steps.source.tree.syntax import ExcessiveText, Node, Syntax, field, parts

_STATEMENTS = ("import_statement", "import_from_statement")
# `dictConfig({"handlers": {"h": {"class": "handlers.File"}}})`
_CONFIGURED = pattern(r"""(["'])(?:class|\(\)|factory)\1\s*:\s*(["'])([\w.]+)\.\w+\2""")
_KEYWORD = pattern(r"(?:^|[;:])[ \t\f]*(?:from|import)\b", re.MULTILINE)

_MODULES: "WeakKeyDictionary[Syntax, tuple[tuple[str, int], ...]]" = WeakKeyDictionary()


def modules_of(syntax: Syntax) -> tuple[tuple[str, int], ...]:
    """The modules that a text imports, and the packages around each, which run first."""
    known = _MODULES.get(syntax)
    if known is None:
        known = _MODULES[syntax] = tuple(dict.fromkeys(_with_packages(imported_modules(syntax))))
    return known


def imported_modules(syntax: Syntax) -> Iterator[tuple[str, int]]:
    """What the import statements may mean: dotted names, and the dots in front (0: absolute).

    `import a.b` means `a` and `a.b`; `from .a import b` means `a` and maybe `a.b`, one dot in front.
    """
    scopes = Scopes(syntax)
    try:
        for statement in import_statements(syntax):
            yield from _meant(syntax, statement)
        yield from _loaded(scopes)
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


def _meant(syntax: Syntax, statement: Node) -> Iterator[tuple[str, int]]:
    if statement.type == "import_statement":
        yield from _with_packages((_name(syntax, part), 0) for part in parts(statement))
    elif (module := from_module(syntax, statement)) is not None:
        name, level = module
        yield name, level
        for part in (part for part in parts(statement)[1:] if part.type != "wildcard_import"):
            yield f"{name}.{_name(syntax, part)}".lstrip("."), level


def _loaded(scopes: Scopes) -> Iterator[tuple[str, int]]:
    """`import_module("a.b")`, `resolve_name("a:b")`, `run_path("x.py")`, where the name is written down.

    Of a name that is computed, what it may be put together of: `for m in ("a", "b"): import_module(m)`.
    """
    computed: list[Node] = []
    for path in _given(scopes, FILE_LOADERS):
        file = file_named(scopes, path)
        if file is not None:
            yield ".".join(file.names), file.level
        else:
            computed.append(path)
    yield from _files_behind(scopes, computed)
    computed = []
    for name in _given(scopes, MODULE_LOADERS):
        text = written_text(scopes, name)
        module = None if text is None else module_named(text)
        if module is not None:
            yield module
        elif text is None:
            computed.append(name)
    found = map(module_named, texts_behind(scopes, computed))
    yield from (module for module in found if module is not None)


def _given(scopes: Scopes, loaders: Mapping[str, tuple[int, str]]) -> Iterator[Node]:
    return (argument for _, argument in loads(scopes, loaders) if argument is not None)


def _files_behind(scopes: Scopes, paths: Iterable[Node]) -> Iterator[tuple[str, int]]:
    """The files to which computed paths may lead, from the current folder or the text's own."""
    for text in texts_behind(scopes, paths):
        for folder in (FolderName(0), FolderName(1)):
            file = folder.joined(text)
            if file is not None and file.is_module:
                yield ".".join(file.names), file.level


def module_named(text: str) -> tuple[str, int] | None:
    """The module that a text names, as an import does: `"a.b"`, `".a"`, `"a:b"`; None where it names none."""
    name = text.partition(":")[0]
    bare = name.lstrip(".")
    is_name = all(word.isidentifier() for word in bare.split("."))
    return (bare, len(name) - len(bare)) if is_name else None


def _name(syntax: Syntax, part: Node) -> str:
    """The name of what is imported, without its `as`."""
    named = field(part, "name") if part.type == "aliased_import" else part
    return "".join(syntax.name(named or part).split())


def _with_packages(modules: Iterable[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    for name, level in modules:
        words = name.split(".")
        yield from ((".".join(words[:end]), level) for end in range(1, len(words) + 1))
