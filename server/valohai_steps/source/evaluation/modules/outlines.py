"""What counts of a file that is only imported: what it imports, and what it may do to others.

`import __main__` and the frames of callers give an imported file the names of the file that is run. What it
does with them is not followed: that it reaches them is enough. Most texts need no tree for it: the usual
`if __name__ == "__main__":` is passed over by its look.
"""

import re
from collections.abc import Iterable, Iterator
from weakref import WeakKeyDictionary

from msgspec import Struct

from valohai_steps.model.patterns import pattern
from valohai_steps.model.text import Span
from valohai_steps.source.evaluation.import_statements import imported_modules
from valohai_steps.source.evaluation.modules.logging_hooks import LIBRARIES as LOGGING
from valohai_steps.source.evaluation.modules.logging_hooks import has_logging_hooks
from valohai_steps.source.evaluation.modules.replacements import replaced_in
from valohai_steps.source.evaluation.modules.search_path import PathChange, path_changes
from valohai_steps.source.evaluation.uses.tracing.calls.harmless import HOOKS, ROOTS
from valohai_steps.source.tree.scope import Scopes
from valohai_steps.source.tree.syntax import ExcessiveText, Node, Syntax

_REACHES = pattern(
    r"""
    (?<![=!]=['"]) (?<![=!]=[ ]['"]) (?<!\.) \b__main__\b (?!['"][ ]?[=!]=)  # not: __name__ == "__main__"
    | \bf_locals\b
    | \bf_globals\b (?! (?:\[|\.get\() ['"]__(?:name|file)__['"])  # not: who called
    """,
    re.VERBOSE,
)

# The same in the file that is run, and what else reaches its names: by the code, or frame, of a function.
REACHING_WORDS = (
    *("__main__", "f_locals", "f_globals", "__globals__", "currentframe", "_getframe", "getclosurevars"),
)
REACHES_ITSELF = pattern(rf"\b(?:{'|'.join(REACHING_WORDS)})\b")
_HOOK = pattern(r"""\b__[a-z]+__\b|\bdef[ \t]+\w+|['"]\w+['"]|\.\w+[ \t]*=(?!=)""")
_WORD = pattern(r"\w+")
_AROUND_STRINGS = frozenset(
    (
        *("string_content", "string", "concatenated_string", "parenthesized_expression"),
        *("tuple", "list", "set", "case_pattern", "union_pattern", "tuple_pattern", "list_pattern"),
    )
)


class Outline(Struct, frozen=True):
    """The modules that a text imports (name, dots), and where it first reaches the file that is run.

    `replaced` are the functions of Python and of libraries that may be others once it has run, `hooks` the
    methods that its classes may have, and that Python or a library calls with what they meet, `paths` where
    it changes in which folders Python looks.
    """

    imports: tuple[tuple[str, int], ...]
    reaching: Span | None
    replaced: tuple[str, ...] = ()
    hooks: tuple[str, ...] = ()
    paths: tuple[PathChange, ...] = ()


_KNOWN: "WeakKeyDictionary[Syntax, Outline]" = WeakKeyDictionary()
_MODULES: "WeakKeyDictionary[Syntax, tuple[tuple[str, int], ...]]" = WeakKeyDictionary()


def outline(syntax: Syntax) -> Outline:
    """The outline of a text, made once for as long as its tree is kept."""
    known = _KNOWN.get(syntax)
    if known is None:
        hooks = tuple(sorted(special_names(syntax.text)))
        known = _KNOWN[syntax] = Outline(
            modules_of(syntax), _reaching(syntax), _replaced(syntax), hooks, _paths(syntax)
        )
    return known


def replaced_names(scopes: Scopes, root: str) -> Iterator[str]:
    """The functions of a package, such as `json`, that a text gives another meaning. Raises ExcessiveText."""
    yield from replaced_in(scopes, root)
    if root in LOGGING and has_logging_hooks(scopes, root):
        yield root


def special_names(text: str) -> frozenset[str]:
    """The methods of the table that a class of the text may have: it defines, sets or names them."""
    found = " ".join(each for each in _HOOK.findall(text) if any(name in each for name in HOOKS))
    return HOOKS.intersection(_WORD.findall(found))


def modules_of(syntax: Syntax) -> tuple[tuple[str, int], ...]:
    """The modules that a text imports, and the packages around each, which run first."""
    known = _MODULES.get(syntax)
    if known is None:
        known = _MODULES[syntax] = tuple(dict.fromkeys(_with_packages(imported_modules(syntax))))
    return known


def _with_packages(modules: Iterable[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    for name, level in modules:
        parts = name.split(".")
        yield from ((".".join(parts[:end]), level) for end in range(1, len(parts) + 1))


def _replaced(syntax: Syntax) -> tuple[str, ...]:
    scopes = Scopes(syntax)
    try:
        found = [name for root in ROOTS if root in syntax.text for name in replaced_names(scopes, root)]
    except ExcessiveText:
        return ()
    return tuple(dict.fromkeys(found))


def _paths(syntax: Syntax) -> tuple[PathChange, ...]:
    try:
        return tuple(path_changes(Scopes(syntax)))
    except ExcessiveText:  # that file is not read
        return ()


def _reaching(syntax: Syntax) -> Span | None:
    try:
        found = next(places(syntax, _REACHES), None)
    except ExcessiveText:  # that file is not read, and its one finding says so
        return None
    return None if found is None else found[0]


def places(syntax: Syntax, wanted: re.Pattern[str]) -> Iterator[tuple[Span, Node]]:
    """Where names or strings of a text match, and are more than compared. Raises ExcessiveText."""
    for found in wanted.finditer(syntax.text):
        node = syntax.node_at(found.start(), found.end())
        if node.type != "comment" and not _is_idle(node):
            yield Span(found.start(), found.end()), node


def _is_idle(node: Node) -> bool:
    """Whether a place lies in a string that is only compared, or is a statement of its own.

    `__name__ in ("__main__", "__mp_main__")` and `case "__main__":` compare as well.
    """
    while node.type in _AROUND_STRINGS:
        if node.parent is None:
            return False
        node = node.parent
    return node.type in ("expression_statement", "comparison_operator", "case_clause")
