"""Whether something may have another name: the rules of VH110 and VH111, and names that are taken."""

from valohai_steps.ide.navigation.index import Index
from valohai_steps.ide.navigation.names.occurrence import Symbol, SymbolKind
from valohai_steps.model.patterns import pattern
from valohai_steps.source.checks.names import HELP_NAMES, name_flaw

_ITEMS = (SymbolKind.PARAMETER, SymbolKind.INPUT)
_ENDPOINT = pattern(r"[a-z][a-z0-9-]+")  # the `pattern` of its name in Valohai's schema


def flaw_of_name(index: Index, group: frozenset[Symbol], name: str) -> str | None:
    """Why the symbols of a group cannot be called `name`, and what to do; None when they can."""
    for symbol in sorted(group, key=lambda each: (each.kind is SymbolKind.ARGUMENT, each.owner)):
        flaw = _flaw(symbol.kind, name) or _clash(index, group, symbol, name)
        if flaw is not None:
            return flaw
    return None


def _flaw(kind: SymbolKind, name: str) -> str | None:
    if kind in (*_ITEMS, SymbolKind.ARGUMENT) and (reason := name_flaw(kind.value, name)) is not None:
        return f"the name of {_article(kind)} {kind.value} {reason}"
    if not name.strip() or name != name.strip():
        return f"the name of {_article(kind)} {kind.value} cannot be empty, or start or end with a space"
    if not name.isprintable():
        return "this name has a character that cannot be seen; choose another"
    if kind in _ITEMS and name in HELP_NAMES:
        return f"--{name} shows the help of the command line; choose another name"
    if kind is SymbolKind.NODE and "." in name:
        return "the name of a node cannot contain a dot: edges are written as node.kind.name; choose another"
    if kind is SymbolKind.ENDPOINT and not _ENDPOINT.fullmatch(name):
        return (
            "the name of an endpoint can only have a-z, 0-9 and -, and starts with a letter; choose another"
        )
    return None


def _clash(index: Index, group: frozenset[Symbol], symbol: Symbol, name: str) -> str | None:
    """The declaration of another thing that has the name, or one that the command line takes for it."""
    for each in index.occurrences:
        other = each.symbol
        if not each.is_declaration or other in group or other.owner != symbol.owner:
            continue
        alike = symbol.kind in _ITEMS and other.kind in _ITEMS and _plain(other.name) == _plain(name)
        if alike or (other.kind is symbol.kind and other.name == name):
            taken = f"{_article(other.kind)} {other.kind.value} {other.name!r}"
            of_step = f" in step {symbol.owner!r}" if alike else ""
            return f"there is already {taken}{of_step} ({each.path.name}); choose another name"
    return None


def _plain(name: str) -> str:
    return name.replace("_", "-")


def _article(kind: SymbolKind) -> str:
    return "an" if kind.value[0] in "aeiou" else "a"
