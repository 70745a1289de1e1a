"""What any file of the program that is run may do to a call or operation in another of its files."""

from collections.abc import Iterator
from pathlib import PurePath
from weakref import WeakKeyDictionary

from msgspec import Struct

from valohai_steps.model.finding import Related
from valohai_steps.model.text import Span
from valohai_steps.source.evaluation.evaluator import Evaluator, shortened
from valohai_steps.source.evaluation.imports import through_others
from valohai_steps.source.evaluation.outlines.hooks.replacements import covers, public
from valohai_steps.source.evaluation.outlines.hooks.special_methods import special_methods
from valohai_steps.source.evaluation.outlines.outlines import Replaced, replaced_names
from valohai_steps.source.evaluation.tables.harmless import HANDLING, MENTIONED
from valohai_steps.source.tree.scope import Scopes
from valohai_steps.source.tree.syntax import Node

# One name, or one module under several.
_ALSO = {"os": ("posixpath", "ntpath", "genericpath")}


class Culprit(Struct, frozen=True):
    """Where a file of the program makes a call do something else: `what` is the method or the statement.

    `path` is None in the text that is run.
    """

    what: str
    place: Span
    path: PurePath | None

    @property
    def where(self) -> str:
        """The file, as a sentence can end with it."""
        return "in this file" if self.path is None else f"in {self.path.name}"


class _Found(Struct):
    """What was found for a text: by package, and by the words that were asked for."""

    replaced: dict[str, tuple[Replaced, ...]]
    methods: dict[tuple[str, ...], tuple[tuple[str, Span], ...]]


_KNOWN: "WeakKeyDictionary[Scopes, _Found]" = WeakKeyDictionary()


def is_replaced(program: Evaluator, name: str) -> bool:
    """Whether a function of Python or of a library may be another one: `builtins.len`, `json.dumps`."""
    return replacement_of(program, name) is not None


def replacement_of(program: Evaluator, name: str, *, elsewhere: bool = False) -> Culprit | None:
    """The first place that makes a function of Python or of a library another one; None without one.

    `elsewhere`: only what imported files do counts.
    """
    root = name.partition(".")[0]
    for each in (root, *_ALSO.get(root, ())):
        for path, replaced in _replaced(program, each):
            is_meant = (each != root or covers(replaced.name, name)) and not (elsewhere and path is None)
            if is_meant and (replaced.is_certain or says(program, HANDLING) is not None):
                return Culprit(shortened(replaced.source), replaced.place, path)
    return None


def put_at(program: Evaluator, callee: Node) -> Culprit | None:
    """The first imported file that may put something in the place of the name with which `callee` begins."""
    name = program.syntax.name(callee.children[0] if callee.type == "attribute" else callee)
    for path, outline in program.program_run.outlines():
        if outline.reaching is not None and name in outline.put:
            return Culprit(name, outline.reaching, path)
    return None


def related(culprit: Culprit | None, message: str) -> tuple[Related, ...]:
    """The place of a culprit as another location of a finding in the text that is run."""
    return () if culprit is None else (Related(culprit.place, message, culprit.path),)


def says(program: Evaluator, words: tuple[str, ...]) -> Culprit | None:
    """The first place by which a class of the program has one of these special methods; None without one.

    Words that only have to be mentioned count as well.
    """
    for each in _texts(program):
        for word, place in _methods(each.scopes, words):
            return Culprit(word.removeprefix(MENTIONED), place, None)
    for path, outline in program.program_run.outlines():
        for word, place in outline.hooks:
            if word in words:
                return Culprit(word.removeprefix(MENTIONED), place, path)
    return None


def _texts(program: Evaluator) -> tuple[Evaluator, ...]:
    return tuple(dict.fromkeys((program, program.program_run)))


def _methods(scopes: Scopes, words: tuple[str, ...]) -> tuple[tuple[str, Span], ...]:
    kept = _found(scopes).methods
    if words not in kept:
        kept[words] = tuple(special_methods(scopes, words))
    return kept[words]


def _replaced(program: Evaluator, root: str) -> Iterator[tuple[PurePath | None, Replaced]]:
    for each in _texts(program):
        kept = _found(each.scopes).replaced
        if root not in kept:
            kept[root] = tuple(replaced_names(each.scopes, root))
        yield from ((None, replaced) for replaced in kept[root])
    for path, outline in program.program_run.outlines():
        yield from ((path, replaced) for replaced in outline.replaced if _root(replaced.name) == root)
        for replaced in outline.set_elsewhere:
            for name in through_others(program.scopes.handed_on, replaced.name):
                if _root(name) == root:
                    yield path, Replaced(public(name), replaced.place, replaced.source)


def _root(name: str) -> str:
    return name.partition(".")[0]


def _found(scopes: Scopes) -> _Found:
    return _KNOWN.setdefault(scopes, _Found({}, {}))
