"""The names in a script that reads its own command line: its flags, and what reads their values."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from msgspec.structs import replace

from valohai_steps.drift.command_line.differences import ScriptRead
from valohai_steps.ide.navigation.arguments.library_names import library_occurrences, library_uses
from valohai_steps.ide.navigation.names.occurrence import (
    Occurrence,
    OccurrenceRole,
    Spelling,
    Symbol,
    SymbolKind,
)
from valohai_steps.ide.navigation.names.python_names import PythonPage, written
from valohai_steps.model.command_line import ArgumentFact
from valohai_steps.model.patterns import pattern
from valohai_steps.model.text import Span, TextEdit
from valohai_steps.project.disk.files import readable
from valohai_steps.project.snapshot import Snapshot
from valohai_steps.source.command_line.uses.name_uses import NameUses
from valohai_steps.source.command_line.uses.namespace_uses import NamespaceUses, namespace_uses

# The arguments of a script by their flags, as they are written on a command line.
Flags: TypeAlias = dict[str, Symbol]
_DEST = pattern(r"\bdest[ \t]*=")


class ScriptNames:
    """A script while the names of its arguments are gathered."""

    def __init__(
        self, snapshot: Snapshot, script: ScriptRead, *, is_imported: bool, elsewhere: Sequence[str] = ()
    ) -> None:
        self._elsewhere, self._found = elsewhere, dict[int, NameUses]()
        self._snapshot, self._fact, self._path = snapshot, script.fact, Path(script.path)
        parser = script.fact.parser
        arguments = () if parser is None else parser.everything
        self._arguments = [each for each in arguments if each.action != "help"]
        self._uses, page = NamespaceUses(leaves=True), self._page(self._path)
        if page is not None and script.fact.path is None and script.fact.library == "argparse":
            self._uses = namespace_uses(page.source.syntax, script.fact.span)
            self._uses.leaves |= is_imported

    def occurrences(self) -> Iterator[Occurrence]:
        """The flags where they are declared, and what reads their values."""
        for argument in self._arguments:
            page = self._page(Path(argument.path or self._path))
            if page is not None and self._fact.library == "argparse":
                yield from self._declared(page, argument)
            elif page is not None:
                uses = self._library_uses(page, argument)
                names = [_bare(flag.text) for flag in argument.flags] or [argument.name]
                symbols = [self._named(name) for name in names]
                yield from library_occurrences(page, self._fact.library, argument, symbols, uses)
        page = self._page(self._path)
        if page is not None and self._fact.library == "argparse":
            yield from self._reads(page)

    def aliases(self) -> Iterator[tuple[Symbol, Symbol]]:
        """The other flags of an argument, each with its name."""
        for argument in self._arguments:
            for flag in argument.flags:
                name = _bare(flag.text)
                if name != argument.name:
                    yield self._named(argument.name), self._named(name)

    def flags(self) -> Flags:
        """What the flags name, as they are written on a command line."""
        written_out = [flag for argument in self._arguments for flag in argument.flags]
        return {flag.text: self._named(_bare(flag.text)) for flag in written_out}

    def symbol(self, name: str, argument: ArgumentFact) -> Symbol:
        """The flag of an argument that is called `name`; without one its first."""
        names = (_bare(flag.text) for flag in argument.flags)
        return self._named(name if name in names else argument.name)

    def keeps(self, argument: ArgumentFact) -> bool:
        """Whether the value is read by its name where nobody sees it, so that the name has to stay."""
        page = self._page(self._path) if self._fact.library != "argparse" else None
        if page is not None:
            return bool(self._library_uses(page, argument).refused)
        return self._uses.leaves or argument.path is not None

    def _library_uses(self, page: PythonPage, argument: ArgumentFact) -> NameUses:
        known = self._found.get(id(argument))
        if known is None:
            known = library_uses(page, self._fact.library, argument, self._elsewhere)
            self._found[id(argument)] = known
        return known

    def _named(self, name: str) -> Symbol:
        return Symbol(SymbolKind.ARGUMENT, name, str(self._path))

    def _page(self, path: Path) -> PythonPage | None:
        source = readable(self._snapshot.source(path))
        return None if source is None else PythonPage(path, source)

    def _declared(self, page: PythonPage, argument: ArgumentFact) -> Iterator[Occurrence]:
        flags = [(flag.text, flag.span) for flag in argument.flags] or [(argument.name, argument.name_span)]
        for text, span in flags:
            name = _bare(text) if argument.flags else text
            place = page.part(self._named(name), span, text, Span(len(text) - len(name), len(text)))
            fixed, added = place.fixed, None
            if argument.is_positional and self.keeps(argument):
                fixed = "there its value is read by this name where it cannot be followed; rename it by hand"
            elif name == argument.name and argument.flags and not self._is_stated(page, argument):
                end = flags[-1][1].end
                kept = TextEdit(Span(end, end), f', dest="{argument.dest}"')
                added = kept if self.keeps(argument) else None
            whole = argument.span if argument.span.covers(place.span) else place.span
            role = OccurrenceRole.PYTHON
            yield replace(place, role=role, whole=whole, fixed=fixed, added=added)

    def _is_stated(self, page: PythonPage, argument: ArgumentFact) -> bool:
        """Whether `dest` is written out, so that it does not follow the flag."""
        return (
            _DEST.search(page.source.text, argument.span.start, argument.span.end) is not None
            or argument.name.replace("-", "_") != argument.dest
        )

    def _reads(self, page: PythonPage) -> Iterator[Occurrence]:
        names = [(name, span, span) for name, span in self._uses.attributes]
        for name, literal in self._uses.keys:
            place = written(page.source, literal)
            names.append((name, literal if place is None else place.span, literal))
        symbols = self._read_names(page)
        for name, span, literal in names:
            for symbol, how in symbols.get(name, {}).items():
                yield Occurrence(symbol, OccurrenceRole.READ, page.path, span, span, literal, spelling=how)

    def _read_names(self, page: PythonPage) -> dict[str, dict[Symbol, Spelling]]:
        """By `dest`, the arguments that it names, each with how."""
        symbols: dict[str, dict[Symbol, Spelling]] = {}
        for argument in self._arguments:
            spelling = Spelling.DEST if argument.flags else Spelling.NAME
            if self.keeps(argument) or (argument.flags and self._is_stated(page, argument)):
                spelling = Spelling.KEPT
            symbols.setdefault(argument.dest, {})[self._named(argument.name)] = spelling
        return symbols


def _bare(flag: str) -> str:
    """A flag without what stands in front of its name."""
    return flag.lstrip("-+/") or flag
