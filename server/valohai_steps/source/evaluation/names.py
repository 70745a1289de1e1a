"""What a name stands for: its one binding, or the file that it comes from, and what may have changed it."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import PurePath

from valohai_steps.model.finding import Related
from valohai_steps.model.step import Cause, Unknown
from valohai_steps.model.text import Span
from valohai_steps.source.evaluation import members
from valohai_steps.source.evaluation.evaluator import Evaluator, not_static, shortened, unknown
from valohai_steps.source.evaluation.forms import displays
from valohai_steps.source.evaluation.imports import Imported, Module, from_module, imported_at
from valohai_steps.source.evaluation.library import factories
from valohai_steps.source.evaluation.modules.evaluation_path import DEEPEST_NESTING, EvaluationPath
from valohai_steps.source.evaluation.modules.moved import all_path_changes, moved_by
from valohai_steps.source.evaluation.modules.star_imports import StarImports
from valohai_steps.source.evaluation.modules.whole_program import is_replaced, put_at, related, replacement_of
from valohai_steps.source.evaluation.modules.workspace import Workspace
from valohai_steps.source.evaluation.outlines.search_path import PathChange
from valohai_steps.source.evaluation.result import Evaluated, brought
from valohai_steps.source.evaluation.tables.own_modules import is_sometimes_pythons
from valohai_steps.source.evaluation.uses.changed import changed_value
from valohai_steps.source.evaluation.uses.effects import levels_of
from valohai_steps.source.evaluation.uses.watch import Watch
from valohai_steps.source.text.ipython.marks import MARKS
from valohai_steps.source.tree.binding import Binding, BindingKind, is_mangled, star_imports
from valohai_steps.source.tree.execution_order import is_before, is_certain
from valohai_steps.source.tree.mutations import Mutation
from valohai_steps.source.tree.parse_check import is_proven
from valohai_steps.source.tree.scope import HandedOn
from valohai_steps.source.tree.syntax import ExcessiveText, Node, field

_NAMED = (BindingKind.ASSIGNED, BindingKind.IMPORTED)


class Names:
    """The names of one text. `path` is what this evaluation shares with those of other files."""

    def __init__(self, program: Evaluator, path: EvaluationPath, workspace: Workspace) -> None:
        self.workspace = workspace
        self._program = program
        self._path = path
        self._watch = Watch(program)
        self._stars = StarImports(program)

    def found(self, node: Node) -> Evaluated:
        """What an identifier stands for."""
        program = self._program
        name = program.syntax.name(node)
        self._path.names += 1
        bindings = program.scopes.bindings(name, node)
        if not bindings:
            found = self._stars.found(name, node)
            if found is None:
                return unknown(program, node, Cause.NOT_DEFINED, name)
            for star, module in self._stars.modules:
                found = self._watch.not_set_before(Imported(*module, name), star, node, found)
            return self._watch.imported(name, node, found, program.point)
        return self._bound(name, bindings, node, node)

    def exported(self, imported: Imported, use: Span, member: str | None = None) -> Evaluated | None:
        """A name of another file of the workspace, or a member of its class, as at the end of that file."""
        program = self._program
        module = self.workspace.module(imported.module, imported.level)
        if module is None or imported.name is None:
            return None
        if (moved := moved_by(program, imported.module, imported.level)) is not None:
            return Evaluated(moved.unknown(use, imported.module))
        other = self.workspace.program(module, imported.module, imported.level)
        if other is None or self._path.depth >= DEEPEST_NESTING:
            return Evaluated(Unknown(use, Cause.IMPORT_CIRCLE))
        depth, self._path.depth = self._path.depth, self._path.depth + 1
        found: Evaluated | None
        try:
            found = other.at_the_end(imported.name) if member is None else other.member(imported.name, member)
        except ExcessiveText:  # that file is not read, and this one is
            found = None
        self._path.depth = depth
        if found is None:
            return None
        reason = self._replaced_by(imported, module, other)
        if reason is None:
            return brought(found, use, module.path)
        return Evaluated(Unknown(use, reason, imported.name))

    def _replaced_by(self, imported: Imported, module: Module, other: Evaluator) -> Cause | None:
        """Why Python may have something else under an imported name than the file gives it."""
        name = imported.name or ""
        if is_sometimes_pythons(imported.module, imported.level):
            return Cause.IMPORTED
        inner = f"{imported.module}.{name}".lstrip(".")
        if module.path.stem != "__init__" or self.workspace.module(inner, imported.level) is None:
            return None
        bindings = other.scopes.in_scope(name, other.syntax.root)
        meanings = [imported_at(other.syntax, each.node) for each in bindings]
        own = ((name, 1), (inner, imported.level))  # `from .lr import lr`: the module was there before it
        is_own = bool(meanings) and all(each and (each.module, each.level) in own for each in meanings)
        return None if is_own else Cause.SUBMODULE

    def at_the_end(self, name: str) -> Evaluated | None:
        """What `name` stands for once the whole text has run; None when nothing binds it at the top."""
        program = self._program
        root = program.syntax.root
        bindings = program.scopes.in_scope(name, root)
        if not bindings:
            found = self._stars.at_the_end(name)
            return None if found is None else self._watch.elsewhere(name, root, found)
        if (id(program), bindings[0].node.id) in self._path.active:
            return unknown(program, bindings[0].node, Cause.SELF_DEFINED, name)
        return self._bound(name, bindings, root, bindings[0].node)

    def returned(self, call: Node) -> Evaluated | None:
        """What a call of a function of this text gives, where that is one expression; None for others."""
        program, function = self._program, field(call, "function")
        if function is None or function.type != "identifier":
            return None
        name = program.syntax.name(function)
        bindings = program.scopes.bindings(name, function)
        expression = factories.returned_by(program, bindings)
        key = (id(program), 0 if expression is None else expression.id)
        if expression is None or key in self._path.active:
            return None
        problem, subject = self._problem(name, bindings, function, (BindingKind.FUNCTION,))
        if problem is not None:
            return unknown(program, call, problem, subject)
        self._path.active.add(key)
        is_own = not factories.shares(program, bindings[0], call)
        found = program.found(expression) if is_own else not_static(program, call)
        self._path.active.discard(key)
        if is_own and isinstance(found.value, Unknown) and found.entries is None:
            return _at_call(program, call, found.value)
        return self._watch.reached(name, call, found)

    def member(self, name: str, member: str) -> Evaluated | None:
        """A member of the class `name` at the top of this text; None when that is no class."""
        program = self._program
        bindings = program.scopes.in_scope(name, program.syntax.root)
        if len(bindings) != 1:
            return None
        if bindings[0].kind is BindingKind.CLASS:
            return members.class_member(program, program.syntax.root, bindings[0], member)
        imported = (
            imported_at(program.syntax, bindings[0].node)
            if bindings[0].kind is BindingKind.IMPORTED
            else None
        )
        if imported is None or imported.name is None:
            return None
        return program.exported(imported, program.syntax.span(bindings[0].node), member)

    def is_builtin(self, node: Node) -> bool:
        """Whether an identifier means what Python itself gives its name."""
        program = self._program
        name = program.syntax.name(node)
        is_bound = program.scopes.bindings(name, node) or self._stars.may_bring(name)
        return not is_bound and not is_replaced(program, f"builtins.{name}")

    def unless_disturbed(self, node: Node, found: Evaluated) -> Evaluated:
        """What a call at `node` gives, unless the name that it calls may be another function before that."""
        place = self._watch.disturbed(node)
        if place is not None:
            return unknown(
                self._program, node, Cause.NAMESPACE, shortened(self._program.syntax.source(place))
            )
        return self._watch.reached(shortened(self._program.syntax.source(node)), node, found)

    def unless_changed(self, node: Node, found: Evaluated, member: Binding | None = None) -> Evaluated:
        """What the attribute at `node` stands for, unless something may change it."""
        program = self._program
        return self._watch.attribute(node, found, member, program.point)

    def replaced(self, name: str, use: Node) -> Unknown | None:
        """Why a function of a library may be another one at `use`: an imported file may replace it."""
        if next(self._program.program_run.outlines(), None) is None:
            return None  # it imports no file, as most texts: nothing is looked up
        culprit = replacement_of(self._program, name, elsewhere=True) or put_at(self._program, use)
        if culprit is None:
            return None
        said = related(culprit, f"{name} may be another function because of this")
        return Unknown(self._program.syntax.span(use), Cause.CHANGED, name, said)

    @cached_property
    def handed_on(self) -> HandedOn:
        """What the files of the program hand on to those that import them: `import json as j`, `e = exec`."""
        outlines = self._program.program_run.outlines()
        return HandedOn(name for _, outline in outlines for name in outline.handed_on)

    @cached_property
    def path_changes(self) -> tuple[tuple[PurePath | None, PathChange], ...]:
        """Where the text (None) and the files that it may import change in which folders Python looks."""
        return tuple(all_path_changes(self._program, is_notebook=self.workspace.is_notebook))

    @cached_property
    def starred(self) -> tuple[Evaluator, ...]:
        """The files whose names the text imports all, as far as they are found."""
        syntax = self._program.syntax
        named = (from_module(syntax, statement) for statement in star_imports(syntax))
        modules = ((name, self.workspace.module(*name)) for name in named if name is not None)
        found = (self.workspace.program(module, *name) for name, module in modules if module is not None)
        return tuple(other for other in found if other is not None)

    def starred_over(self, name: str, bindings: Sequence[Binding]) -> Iterator[Binding]:
        """What `import *` binds anew of a name that is bound above it."""
        return self._stars.over(name, bindings)

    def program_of(self, imported: Imported) -> Evaluator | None:
        """The evaluation of the file that an import means."""
        name, level = imported.module, imported.level
        module = None if moved_by(self._program, name, level) else self.workspace.module(name, level)
        return None if module is None else self.workspace.program(module, name, level)

    def _bound(self, name: str, bindings: tuple[Binding, ...], use: Node, blamed: Node) -> Evaluated:
        """What exactly one binding gives at `use`; `blamed` is shown when it gives nothing."""
        program = self._program
        problem, subject = self._problem(name, bindings, use)
        if problem is not None:
            places = tuple(Related(program.syntax.span(b.node), f"{name} is bound here") for b in bindings)
            if problem is Cause.IPYTHON and (line := self._watch.disturbance(bindings[0], use)) is not None:
                places = (Related(program.syntax.span(line), f"{name} may be changed here"),)
            return unknown(program, blamed, problem, subject, places if use.parent is not None else ())
        (binding,) = bindings
        key = (id(program), binding.node.id)
        if key in self._path.active:
            return unknown(program, blamed, Cause.SELF_DEFINED, name)
        self._path.active.add(key)
        found = (
            self._imported(name, binding, blamed) if binding.value is None else program.found(binding.value)
        )
        self._path.active.discard(key)
        return self._watch.reached(name, blamed, self._changed(name, binding, found, use, blamed))

    def _problem(
        self, name: str, bindings: tuple[Binding, ...], use: Node, kinds: tuple[BindingKind, ...] = _NAMED
    ) -> tuple[Cause | None, str]:
        program = self._program
        if any(binding.kind is BindingKind.STARRED for binding in bindings):
            return Cause.STARRED_OVER, name
        if len(bindings) > 1:
            return Cause.ASSIGNED_TWICE, name
        (binding,) = bindings
        if binding.kind not in kinds:
            return Cause.BOUND_OTHERWISE, f"{name} is {binding.kind.value}"
        if not is_before(binding.node, use):
            return Cause.ASSIGNED_LATER, name
        if not is_certain(program.syntax, binding, use):
            return Cause.CONDITIONAL, name
        if binding.value is not None and not is_proven(program.syntax, binding.value):
            return Cause.HALF_TYPED, name
        if self._stars.may_replace(binding):
            return Cause.STARRED_OVER, name
        if is_mangled(program.syntax, name, use, binding.node):
            return Cause.MANGLED, name
        if (disturbing := self._watch.disturbance(binding, use)) is not None:
            if program.syntax.source(disturbing) in MARKS:
                return Cause.IPYTHON, name
            return Cause.NAMESPACE, shortened(program.syntax.source(disturbing))
        return None, name

    def _changed(self, name: str, binding: Binding, found: Evaluated, use: Node, blamed: Node) -> Evaluated:
        program = self._program
        levels = levels_of(found)
        if not levels:
            rebound = self._watch.rebound(binding, use)
            return found if rebound is None else changed_value(program, rebound, name, found, blamed)
        happened = self._watch.happened(binding, found, levels, use, program.point)
        if happened.effect is not None:
            return changed_value(program, happened.effect, name, found, blamed)
        mutations = [each for each in happened.mutations if not _is_within(use, each)]
        after = displays.changed(program, found, mutations) if mutations else found
        if after is None:
            return changed_value(program, happened.first, name, found, blamed)
        if levels_of(after) > levels:  # what was put in can be changed as well
            again = self._watch.happened(binding, after, levels_of(after), use, program.point)
            if again.effect is not None:
                return changed_value(program, again.effect, name, found, blamed)
        return after

    def _imported(self, name: str, binding: Binding, node: Node) -> Evaluated:
        program = self._program
        imported = imported_at(program.syntax, binding.node)
        if imported is not None and imported.name is not None:
            found = program.exported(imported, program.syntax.span(node))
            if found is not None:
                found = self._watch.not_set_before(imported, binding.node, node, found)
                return self._watch.elsewhere(imported.name, node, found)
        return unknown(program, node, Cause.IMPORTED, name)


def _is_within(use: Node, mutation: Mutation) -> bool:
    """Whether a use is a part of what is put in: `P["x"] = P["x"] + 1` has not run when it looks there."""
    inside = (*mutation.keys, *(() if mutation.argument is None else (mutation.argument,)))
    return any(each.start_byte <= use.start_byte < each.end_byte for each in inside)


def _at_call(program: Evaluator, call: Node, inside: Unknown) -> Evaluated:
    """A call that gives nothing known, with the place in the function that is the reason."""
    related = inside.related or (Related(inside.span, inside.reason),)
    return unknown(program, call, Cause.NOT_RUN, shortened(program.syntax.source(call)), related)
