"""Attributes, subscripts, calls and operators of every kind of literal: reading never raises."""

import pytest

from valohai_steps.source.incremental.reader import start_reading
from valohai_steps.source.python_file import read_module

LITERALS = (
    *(
        "1",
        "1.",
        "1.5",
        "1j",
        "0x1",
        "1e3",
        "'a'",
        "b'a'",
        "f'{x}'",
        "f'a'",
        "'a' 'b'",
        "True",
        "None",
        "...",
    ),
    *("[1]", "[]", "(1,)", "()", "(1)", "{1}", "{}", "{'a': 1}", "{'a': 1, 2: 3}", "{**x}", "x", "((x))"),
    *("[x for x in y]", "{x for x in y}", "(x for x in y)", "{x: 1 for x in y}", "(lambda: 1)", "x()", "x.y"),
    *("x[0]", "-1", "not 1", "1 + 1", "(1 if 2 else 3)", "(x := 1)", "await x", "(yield)", "*x", "super()"),
)
FORMS = (
    *("{} .real", "{}.real", "({}).real.imag", "{}[0]", "{}[0].a", "{}[:]", "{}[0, 1]", "{}['a']", "{}[()]"),
    *("{}['a',]", "{}[*x]", "{}()", "{}.a()", "{}.a().b", "{}.get('a')", "{}.copy()", "str({})", "-{}"),
    *(
        "{} + 1",
        "1 % {}",
        "{} | {{}}",
        "{} and 1",
        "[{}]",
        "{{{}: 1}}",
        "{{**{}}}",
        "f'{{{}!r}}'",
        "dict({})",
    ),
    *("{}.", "{}[", "{}..a", "{}.1", "os.environ[{}]", "','.join({})", "{} if {} else {}", "{}[{}]"),
)


@pytest.mark.parametrize("literal", LITERALS)
def test_no_form_of_a_literal_stops_the_reader(literal: str) -> None:
    for form in FORMS:
        expression = form.format(*[literal] * form.count("{}"))
        for given in (f"{{'x': {expression}}}", expression, f"{expression}, image={expression}"):
            text = f"import os, valohai\nP = {given}\nvalohai.prepare(step='s', default_parameters={given})\n"
            assert read_module(text).text == text
            assert start_reading(text).file.text == text
