"""Whether the `prepare` that a text calls is valohai's own, as far as the text and what it imports say."""

import re
from collections.abc import Iterator

from valohai_steps.model.patterns import pattern
from valohai_steps.model.step import Cause, Unknown
from valohai_steps.source.evaluation.evaluation import Evaluation
from valohai_steps.source.evaluation.evaluator import known
from valohai_steps.source.tree.binding import BindingKind, statement_of
from valohai_steps.source.tree.scope import Scopes
from valohai_steps.source.tree.syntax import Node

# What only uses the module: its import, calls of its functions, and the name of the file.
_PLAIN = pattern(r"\bimport valohai[ \t]*$|\bvalohai\.(?:[a-z]\w*\(|yaml\b)", re.MULTILINE)
_PREPARE = "valohai.prepare"


def replacements(evaluation: Evaluation, callee: Node) -> Iterator[Unknown]:
    """Why the `prepare` that `callee` names may not be valohai's own: the text, or a file that it imports."""
    syntax = evaluation.syntax
    if _is_replaced(evaluation.scopes):
        yield Unknown(syntax.span(callee), Cause.CHANGED, _PREPARE)
    elif (elsewhere := evaluation.replaced_elsewhere(_PREPARE, callee)) is not None:
        yield elsewhere
    elif _is_named(evaluation.scopes, syntax.name(first := _first(callee))):
        found = evaluation.unless_disturbed(first, known(evaluation, first, None)).value
        yield from (found,) if isinstance(found, Unknown) else ()
    if _starred_over(evaluation.scopes, callee):
        yield Unknown(syntax.span(callee), Cause.STARRED_OVER, syntax.source(callee))


def _is_replaced(scopes: Scopes) -> bool:
    """Whether the text gives `valohai.prepare` another meaning: it sets it, or hands the module on."""
    if scopes.replaced is None:
        scopes.replaced = not _is_plain(scopes.syntax.text) and _replaces(scopes)
    return scopes.replaced


def _starred_over(scopes: Scopes, callee: Node) -> bool:
    """Whether `import *` may bring another function than the one that is called."""
    first = _first(callee)
    bindings = scopes.bindings(scopes.syntax.name(first), first)
    return any(binding.kind is BindingKind.STARRED for binding in bindings)


def _first(callee: Node) -> Node:
    """`valohai` of `valohai.prepare`."""
    return callee.children[0] if callee.type == "attribute" else callee


def _is_named(scopes: Scopes, name: str) -> bool:
    """Whether a string or a keyword has the name: `exec("valohai = f")`, `globals().update(valohai=f)`.

    Where none has, what reaches all names is taken to be after others. A string that is the name of
    the module is no matter here, nor is one that is only looked for.
    """
    kept, key = scopes.kept, f"strings and keywords of {name}"
    if key not in kept:  # every call asks
        kept[key] = tuple(_named(scopes.syntax.text, name))
    return bool(kept[key])


def _named(text: str, name: str) -> Iterator[str]:
    word = re.escape(name)
    quoted = rf"""(?P<quote>["']){word}(?P=quote)"""
    idle = rf"(?:\bmodules(?:\[|\.get\()|\b(?:import_module|__import__)\(){quoted}"
    asked = rf"""["']{word}["'][ \t]+(?:not[ \t]+)?in\b"""
    rest = re.sub(f"{idle}|{asked}", "", text)
    found = re.search(rf"""["'](?:[^"'\n]*[^\w\n])?{word}\b|\b{word}[ \t]*=(?!=)""", rest)
    yield from () if found is None else (found[0],)


def _is_plain(text: str) -> bool:
    """Whether a text plainly does no more than call functions of valohai, as most do."""
    return text.isascii() and "valohai" not in _PLAIN.sub("", text)


def _replaces(scopes: Scopes) -> bool:
    # Loaded late: most texts are plain, and a command that reads one of them lives a tenth of a second.
    from valohai_steps.source.evaluation.outlines.hooks.replacements import covers, replaced_in

    return any(
        covers(replaced, _PREPARE) and not _is_half_typed(scopes, use)
        for replaced, use in replaced_in(scopes, "valohai")
    )


def _is_half_typed(scopes: Scopes, use: Node) -> bool:
    """Whether a use, or what binds its name, is in code that does not parse: it says nothing yet."""
    name = scopes.syntax.name(use) if use.type == "identifier" else ""
    bound = (binding.node for binding in (scopes.bindings(name, use) if name else ()))
    return any(_is_in_error(statement_of(node)) for node in (use, *bound))


def _is_in_error(statement: Node) -> bool:
    return statement.has_error or (statement.parent is not None and statement.parent.type == "ERROR")
