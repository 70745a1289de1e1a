"""The names in a Python file or a notebook: what it declares, and what it reads."""

import keyword
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct

from valohai_steps.config.model.items import FLAG_ATTRIBUTES
from valohai_steps.config.reader import YamlStep
from valohai_steps.ide.navigation.names.command_names import PythonSide, flags, input_folders, placeholders
from valohai_steps.ide.navigation.names.occurrence import Occurrence, OccurrenceRole, Symbol, SymbolKind
from valohai_steps.model.patterns import pattern
from valohai_steps.model.step import ParameterFact, Static, StepFact
from valohai_steps.model.text import Span
from valohai_steps.project.python.python_source import PythonSource
from valohai_steps.source.calls.key_uses import key_uses
from valohai_steps.source.calls.pipelines import pipeline_names
from valohai_steps.source.cursor.string_literal import StringLiteral, string_literal
from valohai_steps.source.python_file import PythonFile

_KEYWORD_END = pattern(r"\s*=(?!=)")


# The parameters and inputs of each step by name.
DeclaredNames: TypeAlias = Mapping[str, set[tuple[str, str]]]


class WrittenName(Struct, frozen=True):
    """A string as it is written out in a file: at `span` of the file's text, the body of `literal`.

    `literal` is None for the keyword of `dict(name=1)`.
    """

    span: Span
    literal: StringLiteral | None

    def spelled(self, name: str) -> str | None:
        """How Python writes another name in this literal; None where it cannot be."""
        if self.literal is None:
            return name if name.isidentifier() and not keyword.iskeyword(name) else None
        return self.literal.spelled(name)


def written(source: PythonSource, span: Span) -> WrittenName | None:
    """The one literal at a span of the file's text; None for a variable, an f-string, several in a row."""
    inside, text = source.into(span), source.syntax.text
    if inside is None:
        return None
    raw = text[inside.start : inside.end]
    if raw.isidentifier() and _KEYWORD_END.match(text, inside.end):
        return WrittenName(span, None)
    literal = string_literal(raw)
    if literal is None:
        return None
    body = Span(inside.start + len(literal.opening), inside.end - len(literal.quote))
    return WrittenName(source.out(body), literal)


def python_sides(steps: Iterator[tuple[str, StepFact]]) -> dict[str, PythonSide]:
    """What Python says of each step by name; `steps` come with their file as commands name it."""
    sides: dict[str, PythonSide] = {}
    for source, step in steps:
        known = sides.get(step.name, PythonSide())
        names = {fact.name.replace("_", "-"): fact.name for fact in step.parameters}
        sides[step.name] = PythonSide(known.sources | {source}, {**known.parameters, **names})
    return sides


class PythonPage(Struct, frozen=True):
    """A Python file while its names are gathered."""

    path: Path
    source: PythonSource

    def name(self, symbol: Symbol, role: OccurrenceRole, span: Span, whole: Span) -> Occurrence:
        """A literal that is a name, all of it."""
        place = written(self.source, span)
        if place is not None and symbol.name == (place.literal.value if place.literal else self.at(span)):
            return Occurrence(symbol, role, self.path, place.span, whole, span)
        why = "there it is computed, joined, or comes from another file; write it out as one string first"
        return Occurrence(symbol, role, self.path, span, whole, span, why)

    def part(self, symbol: Symbol, literal: Span, text: str, part: Span) -> Occurrence:
        """A part of the text of a literal that is a name."""
        place = written(self.source, literal)
        inside = None if place is None else self.source.into(place.span)
        if inside is None or self.source.syntax.text[inside.start : inside.end] != text:
            why = "there it is part of a string that is computed or escaped; write that out first"
            return Occurrence(
                symbol, OccurrenceRole.USE, self.path, literal, literal, literal, why, part=part
            )
        span = self.source.out(part.shifted(inside.start))
        return Occurrence(symbol, OccurrenceRole.USE, self.path, span, span, literal, part=part)

    def at(self, span: Span) -> str:
        """What is written at a span."""
        return self.source.text[span.start : span.end]


def names_of_python(page: PythonPage, python: PythonFile, declared: DeclaredNames) -> Iterator[Occurrence]:
    """Every place of a file that names a step, a parameter or an input.

    What it reads is `declared` by its own steps, by those of valohai.yaml whose commands run it, or by those
    of the files that import it.
    """
    for step in python.steps:
        yield page.name(
            Symbol(SymbolKind.STEP, step.name), OccurrenceRole.PYTHON, step.name_span, step.call_span
        )
        yield from _items(page, step)
        yield from _keys(page, step)
    yield from _pipelines(page)
    yield from _reads(page, python, declared)
    for name, span in input_folders(page.source.text) if declared else ():
        for owner in _owners(declared, "input", name):
            symbol = Symbol(SymbolKind.INPUT, name, owner)
            yield Occurrence(symbol, OccurrenceRole.USE, page.path, span, span, span, part=Span(0, len(name)))


def _items(page: PythonPage, step: StepFact) -> Iterator[Occurrence]:
    side = python_sides(iter([("", step)]))[step.name]
    for kind, facts in ((SymbolKind.PARAMETER, step.parameters), (SymbolKind.INPUT, step.inputs)):
        for fact in facts:
            yield page.name(
                Symbol(kind, fact.name, step.name), OccurrenceRole.PYTHON, fact.name_span, fact.span
            )
            yield from _flags(page, step, fact, side)
    for fact in step.inputs:
        yield from _in_default(page, step, fact)


def _in_default(page: PythonPage, step: StepFact, fact: ParameterFact) -> Iterator[Occurrence]:
    """Placeholders in the default of an input, which Valohai fills in."""
    default = fact.default
    if not isinstance(default, Static):
        return
    value = default.value
    for text in value if isinstance(value, (list, tuple)) else (value,):
        for name, part in placeholders(text) if isinstance(text, str) else ():
            symbol = Symbol(SymbolKind.PARAMETER, name, step.name)
            yield page.part(symbol, default.span, text, part)


def _keys(page: PythonPage, step: StepFact) -> Iterator[Occurrence]:
    """Where a dict that a variable holds is asked for a parameter or an input, or changed."""
    for kind, facts in ((SymbolKind.PARAMETER, step.parameters), (SymbolKind.INPUT, step.inputs)):
        declared = {fact.name_span: fact.name for fact in facts}
        names, seen = set(declared.values()), set[Span]()
        for key in declared:
            # All keys of one dict have the same uses.
            fresh = key not in seen and not step.call_span.covers(key)
            uses = set(_key_uses(page, key)) - seen if fresh else set()
            seen |= uses
            for span in sorted(uses - declared.keys()):
                place = written(page.source, span)
                text = place.literal.value if place and place.literal else page.at(span)
                if place is not None and text in names:
                    yield page.name(Symbol(kind, text, step.name), OccurrenceRole.USE, span, span)


def _key_uses(page: PythonPage, key: Span) -> Iterator[Span]:
    inside = page.source.into(key)
    if inside is not None:
        yield from map(page.source.out, key_uses(page.source.syntax, inside))


def _pipelines(page: PythonPage) -> Iterator[Occurrence]:
    """What pipelines written in Python name of the steps that they run."""
    if "Pipeline" not in page.source.text:
        return
    for each in pipeline_names(page.source.syntax):
        span = page.source.out(each.span)
        yield page.name(Symbol(SymbolKind(each.kind), each.name, each.step), OccurrenceRole.USE, span, span)


def _flags(page: PythonPage, step: StepFact, fact: ParameterFact, side: PythonSide) -> Iterator[Occurrence]:
    """The parameters that `"pass-as"` and its like name in a nested definition."""
    for attribute in fact.attributes:
        value = attribute.value
        if attribute.name.replace("_", "-") in FLAG_ATTRIBUTES and isinstance(value, Static):
            for name, part in flags(str(value.value), side):
                symbol = Symbol(SymbolKind.PARAMETER, name, step.name)
                yield page.part(symbol, value.span, str(value.value), part)


def declared_names(steps: Iterable[StepFact | YamlStep]) -> DeclaredNames:
    """The parameters and inputs of each step by name."""
    declared: dict[str, set[tuple[str, str]]] = {}
    for step in steps:
        names = declared.setdefault(step.name, set())
        names |= {("parameter", item.name) for item in step.parameters}
        names |= {("input", item.name) for item in step.inputs}
    return declared


def _owners(declared: DeclaredNames, kind: str, name: str) -> list[str]:
    """The steps that declare a name."""
    return [step for step, names in declared.items() if (kind, name) in names]


def _reads(page: PythonPage, python: PythonFile, declared: DeclaredNames) -> Iterator[Occurrence]:
    """The reads, each of the steps that declare its name; of all that this file belongs to if none does."""
    for read in python.reads:
        for owner in _owners(declared, read.kind, read.name) or declared:
            kind = SymbolKind.PARAMETER if read.kind == "parameter" else SymbolKind.INPUT
            yield page.name(
                Symbol(kind, read.name, owner), OccurrenceRole.READ, read.name_span, read.name_span
            )
