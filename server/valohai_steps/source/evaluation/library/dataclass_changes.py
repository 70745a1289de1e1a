"""What may make a plain dataclass, or its objects, other than it is written: in any file of the program."""

from collections.abc import Iterator, Mapping
from pathlib import PurePath
from weakref import WeakKeyDictionary

from msgspec import Struct

from valohai_steps.source.evaluation.evaluator import Evaluator
from valohai_steps.source.evaluation.library.dataclass_definitions import PlainField, fields_of, only_makes
from valohai_steps.source.evaluation.uses.imported_names import roots_of
from valohai_steps.source.evaluation.uses.moments import Deadline
from valohai_steps.source.evaluation.uses.owners import gives_every_class, leaks_of_modules
from valohai_steps.source.evaluation.uses.reached.namespaces import disturbances
from valohai_steps.source.evaluation.uses.settings import settings
from valohai_steps.source.tree.binding import Binding, star_imports
from valohai_steps.source.tree.scope import Scopes
from valohai_steps.source.tree.syntax import Node

# What makes objects, or gives their fields, when it is set.
_MAKERS = ("asdict", "dataclass", "field", "fields", "__init__", "__class__", "__code__")


class CalledClass(Struct, frozen=True):
    """A class that is called: in which text it is defined, where that is (None: the same text), and how."""

    program: Evaluator
    path: PurePath | None
    binding: Binding
    definition: Node


class _Changes(Struct, frozen=True):
    """What may change a class: at any time, or at these places of the text that is read."""

    at_any_time: bool
    places: tuple[Node, ...] = ()


_CHANGES: "WeakKeyDictionary[Scopes, dict[int, _Changes]]" = WeakKeyDictionary()
_FIELDS: "WeakKeyDictionary[Scopes, dict[int, dict[str, PlainField] | None]]" = WeakKeyDictionary()


def fields_by_name(evaluator: Evaluator, called: CalledClass) -> dict[str, PlainField] | None:
    """The fields of a plain dataclass, by their names; None when it is none. Looked for once."""
    known = _FIELDS.setdefault(evaluator.scopes, {})
    if called.definition.id not in known:
        fields = fields_of(called.program, called.binding, called.definition) or []
        by_name = {called.program.syntax.name(each.node): each for each in fields}
        known[called.definition.id] = by_name or None
    return known[called.definition.id]


def is_touched(evaluator: Evaluator, called: CalledClass, fields: Mapping[str, PlainField]) -> bool:
    """Whether any file of the program may do more with the class than make objects, before the call."""
    known = _CHANGES.setdefault(evaluator.scopes, {})
    if called.definition.id not in known:
        known[called.definition.id] = _changes(evaluator, called, (*fields,))
    changes = known[called.definition.id]
    if changes.at_any_time or not changes.places:
        return changes.at_any_time
    deadline = Deadline(evaluator, evaluator.point, evaluator.syntax.root, None)
    return any(map(deadline.is_before, changes.places))


def _changes(evaluator: Evaluator, called: CalledClass, names: tuple[str, ...]) -> _Changes:
    is_elsewhere, run = called.path is not None, evaluator.program_run
    reached = run.reachable
    texts = {evaluator, called.program}
    if reached is None or any(map(_is_taken_apart, texts)):
        return _Changes(at_any_time=True)
    if is_elsewhere and any(True for _ in _replacing(called.program, names)):
        return _Changes(at_any_time=True)
    others = [each for each in (run, *(other for _, other in reached)) if each not in texts]
    if any(map(gives_every_class, others)):
        return _Changes(at_any_time=True)
    others = [each for each in (evaluator, *others) if is_elsewhere and each is not called.program]
    if any(_is_touched_in(each, called, names) for each in others):
        return _Changes(at_any_time=True)
    return _Changes(at_any_time=False, places=tuple(_replacing(evaluator, names)))


def _is_touched_in(other: Evaluator, called: CalledClass, names: tuple[str, ...]) -> bool:
    """Whether another file may do more with the class, or its module, than make objects."""
    if leaks_of_modules(other):
        return True
    name = called.program.syntax.name(called.binding.node)
    if not other.syntax.holds(name):
        return False
    sets = (place for each in names for place in settings(other, each, computed=False))
    if any(True for _ in (*sets, *disturbances(other))):
        return True
    return not all(map(only_makes, roots_of(other, name)))


def _is_taken_apart(evaluator: Evaluator) -> bool:
    """Whether the text may reach fields or names by a way that is not followed here."""
    if "__dataclass_" in evaluator.syntax.normal_form.text or star_imports(evaluator.syntax):
        return True
    is_run = evaluator.program_run is evaluator
    return gives_every_class(evaluator) or (is_run and any(each.reaching for _, each in evaluator.outlines()))


def _replacing(evaluator: Evaluator, names: tuple[str, ...]) -> Iterator[Node]:
    """The places of the text that may set a field, or what makes objects."""
    yield from disturbances(evaluator)
    for name in (*names, *_MAKERS):
        yield from settings(evaluator, name)
