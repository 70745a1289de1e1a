"""Strings that name a module, an attribute or a path: what Python makes of prefixes, quotes and escapes."""

import ast

import pytest

from valohai_steps.source.evaluation.outlines.written_text import literal_text, written_text
from valohai_steps.source.tree.scope import Scopes
from valohai_steps.source.tree.syntax import Node, Syntax

WRITTEN = (
    *("'a'", '"a"', "'''a'''", '"""a\nb"""', "''", "r'a'", "R'\\x61'", "u'a'", "'\\x61'", "'it\\'s'"),
    *("f'a'", "F'''a'''", "rf'\\x61'", "fR'a'", "f'{{a}}'", "'a' r'b' '''c'''", "('a')", "('a' f'b')"),
)
COMPUTED = ("b'a'", "f'{a}'", "'a' f'{a}'", "'a' + 'b'", "'a'.lower()", "a", "1", "'\\x6'")


def argument(syntax: Syntax) -> Node:
    """What the call at the end of a text gets."""
    return syntax.root.named_children[-1].named_children[0].named_children[1].named_children[0]


@pytest.mark.parametrize("source", WRITTEN)
def test_a_string_is_what_python_reads(source: str) -> None:
    syntax = Syntax(f"f({source})")
    assert literal_text(syntax, argument(syntax)) == ast.literal_eval(
        source.replace("f", "").replace("F", "").replace("{{a}}", "{a}")
    )


@pytest.mark.parametrize("source", COMPUTED)
def test_what_is_computed_is_not_known(source: str) -> None:
    syntax = Syntax(f"f({source})")
    assert literal_text(syntax, argument(syntax)) is None


def test_a_name_is_the_string_that_it_is_bound_to_once() -> None:
    once, twice = Syntax("a = r'x'\nf(a)"), Syntax("a = 'x'\na = 'y'\nf(a)")
    assert written_text(Scopes(once), argument(once)) == "x"
    assert written_text(Scopes(twice), argument(twice)) is None
