"""What happened to a value between its definition and a place that uses it."""

from collections.abc import Iterator
from pathlib import PurePath

from msgspec import Struct

from valohai_steps.model.step import Cause, Unknown
from valohai_steps.source.evaluation.evaluator import Evaluator, unknown
from valohai_steps.source.evaluation.imports import Imported, imported_at
from valohai_steps.source.evaluation.result import Evaluated
from valohai_steps.source.evaluation.uses.changed import (
    Elsewhere,
    changed_elsewhere,
    changed_value,
)
from valohai_steps.source.evaluation.uses.effects import effects_of, held_by, levels_of, shape_of
from valohai_steps.source.evaluation.uses.imported_names import (
    import_roots,
    is_of_import,
    module_leaks,
    module_uses,
)
from valohai_steps.source.evaluation.uses.moments import Deadline
from valohai_steps.source.evaluation.uses.owners import (
    class_binding,
    class_leaks,
    effects_on_attribute,
    effects_on_imported,
    effects_on_member,
    foreign_changes,
    leaks,
    leaks_of_modules,
)
from valohai_steps.source.evaluation.uses.reached.files_run import binds_by_run, file_by_run
from valohai_steps.source.evaluation.uses.reached.namespaces import disturbances, kept_values
from valohai_steps.source.evaluation.uses.settings import attributes_set, settings
from valohai_steps.source.evaluation.uses.tracing.reach import Effect
from valohai_steps.source.evaluation.uses.tracing.trace import uses_of
from valohai_steps.source.text.ipython.marks import ANYTHING, RUN
from valohai_steps.source.tree.binding import Binding, BindingKind
from valohai_steps.source.tree.mutations import Mutation, is_followed
from valohai_steps.source.tree.nodes import plain
from valohai_steps.source.tree.scope import function_of, scope_of
from valohai_steps.source.tree.syntax import Node, field, is_field


class Happened(Struct, frozen=True):
    """The changes that have certainly run, in order, and what else may have changed the value, if any."""

    followed: tuple[Effect, ...] = ()
    effect: Effect | None = None

    @property
    def mutations(self) -> tuple[Mutation, ...]:
        """The changes that are followed."""
        return tuple(each.mutation for each in self.followed if each.mutation is not None)

    @property
    def first(self) -> Effect:
        """The first of them."""
        return self.followed[0]


class Watch:
    """Watches the values of one text. What it found of a binding is kept: several calls ask for it."""

    def __init__(self, program: Evaluator) -> None:
        self._program = program
        self._effects: dict[tuple[int, int], tuple[Effect, ...]] = {}
        self._deadlines: dict[tuple[int, int], Deadline] = {}
        self._reaching: tuple[Elsewhere | None] | None = None

    def happened(self, binding: Binding, found: Evaluated, levels: int, use: Node, point: Node) -> Happened:
        """What happened to a value before `use`, and, where `use` keeps it, until `point`."""
        followed: list[Effect] = []
        held = 0 if use.parent is None else held_by(self._program, use, levels)
        leak = self._module_leak(binding, point)
        if leak is not None:
            return Happened(effect=leak)
        for effect in self._of(binding, found, levels):
            if effect.origin.id == use.id or self._is_too_early(effect, binding):
                continue
            if self.is_before(effect.node, use, binding):
                if effect.mutation is None or not is_followed(effect.mutation, binding, use):
                    return Happened(effect=effect)
                followed.append(effect)
                continue
            is_shared = held is not None and (effect.is_open or effect.inside >= held)
            if is_shared and self.is_before(effect.node, point, binding):
                return Happened(effect=effect)
        return Happened(tuple(sorted(followed, key=lambda each: each.node.start_byte)))

    def rebound(self, binding: Binding, use: Node) -> Effect | None:
        """Where `+=` gives the name another value before `use`: a number cannot be changed in place."""
        for each in uses_of(self._program, binding):
            parent = each.parent
            is_augmented = parent is not None and parent.type == "augmented_assignment"
            if parent is None or not is_augmented or not is_field(parent, "left", each):
                continue
            if self.is_before(parent, use, binding):
                return Effect(parent, each, 0)
        return None

    def imported(self, name: str, node: Node, found: Evaluated, point: Node) -> Evaluated:
        """A name that `import *` brings, unless a use of it may change it."""
        found = self.reached(name, node, found)
        levels = levels_of(found)
        if not levels:
            return self.elsewhere(name, node, found)
        for effect in effects_on_imported(self._program, name, shape_of(found)):
            if effect.origin.id != node.id and self.is_before(effect.node, point, None):
                return changed_value(self._program, effect, name, found, node)
        return self.elsewhere(name, node, found)

    def not_set_before(self, imported: Imported, at: Node, node: Node, found: Evaluated) -> Evaluated:
        """What is imported at `at` and used at `node`, unless this text sets it in its module before that."""
        program, name = self._program, imported.name or ""
        if isinstance(found.value, Unknown) and not levels_of(found):
            return found
        set_here = (each for each in attributes_set(program, name) if is_of_import(program, each))
        for place in (*set_here, *module_leaks(program, imported.module), *disturbances(program)):
            if self.is_before(place, at, None):
                return changed_value(program, Effect(place, place, 0), name, found, node)
        return found

    def disturbed(self, use: Node) -> Node | None:
        """What may give a name of the module another meaning before `use` without writing it."""
        return next((node for node in disturbances(self._program) if self.is_before(node, use, None)), None)

    def elsewhere(self, name: str, node: Node, found: Evaluated) -> Evaluated:
        """A name of another file, unless a third one that is imported may change it."""
        if isinstance(found.value, Unknown) and not levels_of(found):
            return found
        return self._foreign(name, node, found)

    def _foreign(self, name: str, node: Node, found: Evaluated, owner: str = "") -> Evaluated:
        """The value, unless another file of the program that is run may change it, or its class or module."""
        run = self._program.program_run
        if run.reachable is None:
            return unknown(self._program, node, Cause.TOO_MANY_FILES, name)
        others: list[tuple[PurePath | None, Evaluator]] = [*run.reachable, (None, run)]
        shape = shape_of(found)
        for path, other in others:
            if other is self._program:
                continue
            leaks_there = (*class_leaks(other, owner), *leaks_of_modules(other))
            reaching = disturbances(other) if other.syntax.holds(name) else ()
            for place in (*foreign_changes(other, name, shape), *leaks_there, *reaching):
                return changed_elsewhere(Elsewhere(path, other.syntax.span(place)), self._program, name, node)
        return found

    def reached(self, name: str, node: Node, found: Evaluated) -> Evaluated:
        """A name of the file that is run, unless one that it imports reaches back into it."""
        program = self._program
        if program.program_run is not program or (isinstance(found.value, Unknown) and not levels_of(found)):
            return found
        if self._reaching is None:
            outlines = ((path, each.reaching) for path, each in program.outlines())
            reaching = (Elsewhere(path, place, reaches=True) for path, place in outlines if place)
            self._reaching = (next(reaching, None),)
        (elsewhere,) = self._reaching
        return found if elsewhere is None else changed_elsewhere(elsewhere, program, name, node)

    def attribute(self, node: Node, found: Evaluated, member: Binding | None, point: Node) -> Evaluated:
        """What `Config.lr` or `config.lr` stands for, unless something may change it before `point`."""
        found = self.reached(self._program.syntax.source(node), node, found)
        levels = levels_of(found)
        if isinstance(found.value, Unknown) and not levels:
            return found
        for place in self._changes_of_attribute(node, found, levels, member):
            if self.is_before(place, point, None):
                name = self._program.syntax.source(node)
                return changed_value(self._program, Effect(place, place, 0), name, found, node)
        owner = field(node, "object")
        if owner is None or class_binding(self._program, owner) is not None:
            return found
        program = self._program
        parent = owner.children[-1] if owner.type == "attribute" else owner
        name, of = program.syntax.name(node.children[-1]), program.syntax.name(parent)
        return self._foreign(name, node, found, of)

    def _changes_of_attribute(
        self, node: Node, found: Evaluated, levels: int, member: Binding | None
    ) -> Iterator[Node]:
        program, owner = self._program, field(node, "object")
        name = program.syntax.name(node.children[-1])
        yield from settings(program, name)
        if levels:
            effects = effects_on_attribute(program, name, shape_of(found))
            yield from (effect.node for effect in effects if effect.origin.id != node.id)
        if levels and member is not None:
            yield from (effect.node for effect in effects_on_member(program, member, shape_of(found)))
        if owner is None:
            return
        owner = plain(owner)
        binding = class_binding(program, owner)
        if binding is not None and binding.value is not None:
            yield from leaks(program, binding, mutable=levels > 0)
        else:
            yield from module_uses(program, owner)
            yield from class_leaks(
                program, program.syntax.name(owner.children[-1] if owner.children else owner)
            )
        yield from (*disturbances(program), *self._runs_that_bind(owner))

    def _runs_that_bind(self, owner: Node) -> Iterator[Node]:
        """Where `%run` of IPython may put another `Config` in place of that in `Config.lr`."""
        program = self._program
        first = owner.children[0] if owner.children else owner
        for node in program.syntax.names(RUN):
            if binds_by_run(program, node, program.syntax.source(first)):
                yield node

    def is_before(self, node: Node, point: Node, binding: Binding | None) -> bool:
        """Whether `node` can run before `point` is left, once the value is there."""
        root = self._program.syntax.root
        is_older = binding is None or binding.kind is BindingKind.IMPORTED
        home = root if is_older or binding is None else function_of(binding.node)
        key = (point.id, root.id if is_older or binding is None else binding.node.id)
        known = self._deadlines.get(key)
        if known is None:
            birth = None if is_older or binding is None else binding.statement
            known = self._deadlines[key] = Deadline(self._program, point, home, birth)
        return known.is_before(node)

    def disturbance(self, binding: Binding, use: Node) -> Node | None:
        """What may give a name another value before `use` without writing it: `exec`, `globals()`."""
        found = (*disturbances(self._program), *self._program.syntax.names(RUN))
        if scope_of(binding.node).type not in ("module", "class_definition"):
            # Nothing but the function itself binds its names.
            function = function_of(binding.node).id
            inside = (node for node in found if function_of(node).id == function)
            found = (*kept_values(self._program), *inside)
        for node in found:
            if self.is_before(node, use, None) and not self._spares(node, binding):
                return node
        return None

    def _spares(self, node: Node, binding: Binding) -> bool:
        """Whether a line of IPython has run before the name is bound, or is a file that does not bind it."""
        program = self._program
        word = program.syntax.name(node) if node.type == "identifier" else ""
        if word not in (ANYTHING, RUN):
            return False
        if self._is_too_early(Effect(node, node, 0), binding):
            return True
        other = file_by_run(program, node) if word == RUN else None
        binds = other is None or binds_by_run(program, node, program.syntax.name(binding.node))
        return not binds and other is not None and not disturbances(other)

    def _of(self, binding: Binding, found: Evaluated, levels: int) -> tuple[Effect, ...]:
        key = (binding.node.id, levels)
        known = self._effects.get(key)
        if known is None:
            uses = list(uses_of(self._program, binding))
            if binding.kind is BindingKind.IMPORTED:
                uses += import_roots(self._program, binding)
            known = self._effects[key] = effects_of(self._program, uses, shape_of(found), binding)
        return known

    def _module_leak(self, binding: Binding, point: Node) -> Effect | None:
        """Where the module of an imported value is passed on, so that others may change what is in it."""
        if binding.kind is not BindingKind.IMPORTED:
            return None
        imported = imported_at(self._program.syntax, binding.node)
        for node in () if imported is None else module_leaks(self._program, imported.module):
            if self.is_before(node, point, None):
                return Effect(node, node, 0, "may be changed through its module, which is used here", "use")
        return None

    def _is_too_early(self, effect: Effect, binding: Binding) -> bool:
        """Whether the value was not there yet: what stands above its definition, in the same body."""
        if binding.kind is BindingKind.IMPORTED:
            return False
        same = function_of(effect.node).id == function_of(binding.node).id
        return same and effect.node.end_byte <= binding.statement.start_byte
