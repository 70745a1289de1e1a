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
from valohai_steps.source.evaluation.outlines.hooks.logging_hooks import LIBRARIES as LOGGING
from valohai_steps.source.evaluation.outlines.hooks.logging_hooks import logging_hooks
from valohai_steps.source.evaluation.outlines.hooks.put_names import put_names
from valohai_steps.source.evaluation.outlines.hooks.replacements import replaced_in
from valohai_steps.source.evaluation.outlines.hooks.special_methods import special_methods
from valohai_steps.source.evaluation.outlines.hooks.yaml_hooks import yaml_hooks
from valohai_steps.source.evaluation.outlines.import_bindings import imported_names, names_handed_on, set_by
from valohai_steps.source.evaluation.outlines.import_statements import modules_of
from valohai_steps.source.evaluation.outlines.search_path import PathChange, path_changes
from valohai_steps.source.evaluation.tables.harmless import ROOTS
from valohai_steps.source.evaluation.tables.reaching import words_of
from valohai_steps.source.tree.binding import statement_of
from valohai_steps.source.tree.scope import Scopes
from valohai_steps.source.tree.syntax import ExcessiveText, Node, Syntax

_REACHES = pattern(
    r"""
    (?<![=!]=['"]) (?<![=!]=[ ]['"]) (?<!\.) \b__main__\b (?!['"][ ]?[=!]=)  # not: __name__ == "__main__"
    | \bf_locals\b
    | \bf_globals\b (?! (?:\[|\.get\() ['"]__(?:name|file)__['"])  # not: who called
    # The shell of IPython, other than to ask what it is, or for a magic that changes no names.
    | \bget_ipython\(\)\. (?! (?:config|__class__|has_trait)\b | run_line_magic\(['"]matplotlib\b )
    | \bget_ipython\(\) [ \t]* (?: $ | [#,)] ) (?<!str\(get_ipython\(\)\)) (?<!type\(get_ipython\(\)\))
    | \bget_ipython [ \t]+ as\b
    | \buser_(?:ns|global_ns|module)\b | \bInteractiveShell\.instance\b
    """,
    re.VERBOSE | re.MULTILINE,
)

# The same in the file that is run, and what else reaches its names: by the code, or frame, of a function.
REACHES_ITSELF = pattern(rf"\b(?:{'|'.join(words_of('names'))})\b")
# Who replaces `valohai.prepare` decides what a call of it gets.
_OURS = "valohai"
_AROUND_STRINGS = frozenset(
    (
        *("string_content", "string", "concatenated_string", "parenthesized_expression"),
        *("tuple", "list", "set", "case_pattern", "union_pattern", "tuple_pattern", "list_pattern"),
    )
)


class Replaced(Struct, frozen=True):
    """A function, or a package, that may be another one because of a place: `source` is that line.

    `is_certain` is False where that needs a class of the program with methods that logging calls.
    """

    name: str
    place: Span
    source: str
    is_certain: bool = True


class Outline(Struct, frozen=True):
    """The modules that a text imports (name, dots), and where it first reaches the file that is run.

    `replaced` are the functions of Python and of libraries that may be others once it has run, `hooks` the
    methods that its classes may have, and that Python or a library calls with what they meet, with a place,
    `paths` where it changes in which folders Python looks, `handed_on` the names that it gives to what it
    imports, `set_elsewhere` what it sets of what other files of the workspace may hand on to it, `put` the
    names that it may put into the file that is run, where it reaches that.
    """

    imports: tuple[tuple[str, int], ...]
    reaching: Span | None
    replaced: tuple[Replaced, ...] = ()
    hooks: tuple[tuple[str, Span], ...] = ()
    paths: tuple[PathChange, ...] = ()
    handed_on: tuple[tuple[str, str], ...] = ()
    set_elsewhere: tuple[Replaced, ...] = ()
    put: tuple[str, ...] = ()


_KNOWN: "WeakKeyDictionary[Syntax, Outline]" = WeakKeyDictionary()


def outline(syntax: Syntax) -> Outline:
    """The outline of a text, made once for as long as its tree is kept."""
    known = _KNOWN.get(syntax)
    if known is None:
        reaching, paths = _reaching(syntax), _paths(syntax)
        put = () if reaching is None else _put(syntax)
        known = _KNOWN[syntax] = Outline(
            modules_of(syntax), reaching, *_hooked(syntax), paths, *_borrowed(syntax), put
        )
    return known


def replaced_names(scopes: Scopes, root: str) -> Iterator[Replaced]:
    """The functions of a package, such as `json`, that a text gives another meaning. Raises ExcessiveText."""
    for name, node in replaced_in(scopes, root):
        yield Replaced(name, scopes.syntax.span(node), _statement(scopes, node))
    for node in yaml_hooks(scopes) if root == "yaml" else ():
        yield Replaced(root, scopes.syntax.span(node), _statement(scopes, node))
    for hook in logging_hooks(scopes, root) if root in LOGGING else ():
        source = _statement(scopes, hook.node)
        yield Replaced(root, scopes.syntax.span(hook.node), source, hook.is_certain)


def _statement(scopes: Scopes, node: Node) -> str:
    """The first line of the statement around a node."""
    return scopes.syntax.source(statement_of(node)).partition("\n")[0]


def _hooked(syntax: Syntax) -> tuple[tuple[Replaced, ...], tuple[tuple[str, Span], ...]]:
    scopes = Scopes(syntax)
    try:
        found = [
            each for root in (*ROOTS, _OURS) if root in syntax.text for each in replaced_names(scopes, root)
        ]
        return tuple(dict.fromkeys(found)), _once(special_methods(scopes))
    except ExcessiveText:
        return (), ()


def _once(methods: Iterable[tuple[str, Span]]) -> tuple[tuple[str, Span], ...]:
    """Each method with the last of its places, in the order of the table."""
    return tuple(dict(methods).items())


def _borrowed(syntax: Syntax) -> tuple[tuple[tuple[str, str], ...], tuple[Replaced, ...]]:
    """What the text hands on, and what it sets of what it imports."""
    scopes = Scopes(syntax)
    try:
        bound = tuple(imported_names(scopes))
        found = (
            Replaced(name, syntax.span(node), _statement(scopes, node))
            for name, node in set_by(scopes, bound)
        )
        return tuple(dict.fromkeys(names_handed_on(scopes, bound))), tuple(dict.fromkeys(found))
    except ExcessiveText:  # that file is not read
        return (), ()


def _paths(syntax: Syntax) -> tuple[PathChange, ...]:
    try:
        return tuple(path_changes(Scopes(syntax)))
    except ExcessiveText:  # that file is not read
        return ()


def _put(syntax: Syntax) -> tuple[str, ...]:
    try:
        return tuple(dict.fromkeys(put_names(Scopes(syntax))))
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
    for found in wanted.finditer(syntax.normal_form.text):
        span = syntax.normal_form.written(found.start(), found.end())
        node = syntax.node_at(span.start, span.end)
        if node.type != "comment" and not _is_idle(node):
            yield span, node


def _is_idle(node: Node) -> bool:
    """Whether a place lies in a string that is only compared, or is a statement of its own.

    `__name__ in ("__main__", "__mp_main__")` and `case "__main__":` compare as well.
    """
    while node.type in _AROUND_STRINGS:
        if node.parent is None:
            return False
        node = node.parent
    return node.type in ("expression_statement", "comparison_operator", "case_clause")
