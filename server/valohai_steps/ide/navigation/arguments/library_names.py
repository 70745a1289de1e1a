"""The names of arguments of click, typer, absl and Fire: names of Python's follow from their flags."""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from valohai_steps.ide.navigation.names.occurrence import Occurrence, OccurrenceRole, Spelling, Symbol
from valohai_steps.ide.navigation.names.python_names import PythonPage, written
from valohai_steps.model.command_line import ArgumentFact
from valohai_steps.model.text import Span
from valohai_steps.source.command_line.uses.name_uses import NameUses, flag_uses, parameter_uses

_FOLLOWED = ("click", "typer", "absl", "fire")
_OTHERS = {"hf": "HfArgumentParser", "simple_parsing": "simple-parsing"}


def library_uses(
    page: PythonPage, library: str, argument: ArgumentFact, elsewhere: Sequence[str]
) -> NameUses:
    """Where the value of an argument is read; `elsewhere` are the texts of the other files around."""
    if library not in _FOLLOWED:
        return NameUses(refused=_of_field(_OTHERS.get(library, library)))
    if argument.path is not None:
        return NameUses(refused="its value is read in another file than it is declared in; rename it by hand")
    syntax = page.source.syntax
    if library != "absl":
        return parameter_uses(syntax, argument.span, argument.dest)
    if any("FLAGS" in text and f".{argument.dest}" in text for text in elsewhere):
        return NameUses(refused="another file may read it as a flag as well; rename it by hand")
    return flag_uses(syntax, argument.dest)


def _of_field(library: str) -> str:
    """Why a field or parameter of Python that declares an argument is not renamed, and what a person does."""
    return (
        f"{library} takes it from a name of Python's, whose uses are not followed; rename that with your "
        "editor's Python support, then the parameter in valohai.yaml"
    )


def library_occurrences(
    page: PythonPage, library: str, argument: ArgumentFact, symbols: Sequence[Symbol], uses: NameUses
) -> Iterator[Occurrence]:
    """The flags of an argument where they are declared, and what reads its value; a symbol for each flag."""
    flags = [(flag.text, flag.span) for flag in argument.flags] or [(argument.name, argument.name_span)]
    follows = _follows(page, library, argument)
    for (text, span), symbol in zip(flags, symbols, strict=True):
        role, whole = OccurrenceRole.PYTHON, argument.span if argument.span.covers(span) else span
        is_first = symbol.name == argument.name
        refused = uses.refused if is_first and follows else ""
        if page.at(span) == argument.dest:  # the name of a parameter is its flag
            place = Occurrence(symbol, role, page.path, span, whole, span, refused, spelling=Spelling.DEST)
        else:
            said = symbol.name if library == "absl" or not argument.flags else text
            place = page.part(symbol, span, said, Span(len(said) - len(symbol.name), len(said)))
            place = replace(place, role=role, whole=whole, fixed=place.fixed or refused)
        yield place
        if is_first and not uses.refused:
            spelling = Spelling.NAME if library == "absl" else Spelling.DEST
            spelling = spelling if follows else Spelling.KEPT
            yield from _reads(page, symbol, uses, span, spelling)


def _reads(
    page: PythonPage, symbol: Symbol, uses: NameUses, declared: Span, spelling: Spelling
) -> Iterator[Occurrence]:
    for span in uses.spans:
        if span != declared:
            yield Occurrence(symbol, OccurrenceRole.READ, page.path, span, span, span, spelling=spelling)
    for literal in uses.literals:
        place = written(page.source, literal)
        span = literal if place is None else place.span
        yield Occurrence(symbol, OccurrenceRole.READ, page.path, span, span, literal, spelling=spelling)


def _follows(page: PythonPage, library: str, argument: ArgumentFact) -> bool:
    """Whether the name that reads the value follows from the flag, and is not stated beside it."""
    if library == "click":
        return argument.name.replace("-", "_").lower() == argument.dest and not _states(page, argument)
    if library == "typer":
        return page.at(argument.name_span) == argument.dest
    return True


def _states(page: PythonPage, argument: ArgumentFact) -> bool:
    """Whether click is told the name: `@click.option("--lr", "lr")`."""
    text = page.at(argument.span)
    return bool(argument.flags) and any(f"{quote}{argument.dest}{quote}" in text for quote in "\"'")
