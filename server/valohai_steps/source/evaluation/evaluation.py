"""The evaluation of one text: which form an expression has, and what a name stands for."""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import PurePath
from types import MappingProxyType

from valohai_steps.model.finding import Related
from valohai_steps.model.step import Cause, Static, Unknown
from valohai_steps.model.text import Span
from valohai_steps.source.evaluation import members
from valohai_steps.source.evaluation.evaluator import Evaluator, known, not_static, shortened, unknown
from valohai_steps.source.evaluation.forms import choices, displays, literals
from valohai_steps.source.evaluation.forms.arithmetic import NotComputed, combine
from valohai_steps.source.evaluation.imports import Imported, Imports, imported_at
from valohai_steps.source.evaluation.library import builtin_calls
from valohai_steps.source.evaluation.modules.moved import all_path_changes, moved_by
from valohai_steps.source.evaluation.modules.outlines import Outline
from valohai_steps.source.evaluation.modules.search_path import FolderName, PathChange
from valohai_steps.source.evaluation.modules.star_imports import StarImports
from valohai_steps.source.evaluation.modules.whole_program import is_replaced
from valohai_steps.source.evaluation.modules.workspace import EvaluationPath, Route, Workspace
from valohai_steps.source.evaluation.result import Evaluated, brought
from valohai_steps.source.evaluation.uses.changed import changed_value
from valohai_steps.source.evaluation.uses.effects import levels_of
from valohai_steps.source.evaluation.uses.watch import Watch
from valohai_steps.source.tree.binding import Binding, BindingKind, is_mangled
from valohai_steps.source.tree.execution_order import is_before, is_certain
from valohai_steps.source.tree.parse_check import is_proven
from valohai_steps.source.tree.scope import Scopes
from valohai_steps.source.tree.syntax import ExcessiveText, Node, Syntax, parts
from valohai_steps.source.tree.syntax import field as field_of

# Deeper nesting and larger files than these hold no defaults of a step.
_DEEPEST = 60
_MOST_NODES = 200_000
_FORMS: Mapping[str, Callable[[Evaluator, Node], Evaluated]] = MappingProxyType(
    {
        "string": literals.string,
        "concatenated_string": literals.string,
        **dict.fromkeys(("integer", "float", "true", "false", "none"), literals.literal),
        **dict.fromkeys(("list", "tuple", "set", "expression_list"), displays.container),
        "dictionary": displays.dictionary,
        "call": builtin_calls.call,
        "attribute": members.attribute,
        "subscript": members.subscript,
        "boolean_operator": choices.boolean,
        "not_operator": choices.negation,
        "unary_operator": choices.signed_number,
        "conditional_expression": choices.conditional,
    }
)


class Evaluation:
    """Evaluates the expressions of one text; `imports` finds what it imports, `route` leads to it."""

    def __init__(
        self,
        syntax: Syntax,
        imports: Imports | None = None,
        journey: EvaluationPath | None = None,
        route: Route = (),
    ) -> None:
        self.syntax = syntax
        self.scopes = Scopes(syntax)
        self.journey = journey if journey is not None else EvaluationPath()
        self.journey.root = self.journey.root or self
        self._workspace = Workspace(
            imports, self.journey, route, lambda of, way: Evaluation(of.syntax, of.imports, self.journey, way)
        )
        self._watch = Watch(self)
        self._point: Node | None = None
        self._found: dict[int, Evaluated] = {}
        self._by_point: dict[int, dict[int, Evaluated]] = {}
        self._stars = StarImports(self)

    @property
    def point(self) -> Node:
        """Where values count: the call that is read, or the whole text for what others import."""
        return self.syntax.root if self._point is None else self._point

    def read_at(self, point: Node) -> None:
        """From now on values count as they are when `point`, a call, is reached."""
        self._point = point
        self._found = self._by_point.setdefault(point.id, {})

    def found(self, node: Node) -> Evaluated:
        """The value of an expression. Never raises."""
        known_before = self._found.get(node.id)
        if known_before is not None:
            return known_before
        journey = self.journey
        journey.nodes += 1
        if journey.depth >= _DEEPEST or journey.nodes > _MOST_NODES:
            return unknown(self, node, Cause.TOO_MUCH)
        journey.depth += 1
        result = self._found[node.id] = self._form(node)
        journey.depth -= 1
        return result

    def exported(self, imported: Imported, use: Span, member: str | None = None) -> Evaluated | None:
        """A name of another file of the workspace, or a member of its class, as at the end of that file."""
        module = self._workspace.module(imported.module, imported.level)
        if module is None or imported.name is None:
            return None
        if (moved := moved_by(self, imported.module, imported.level)) is not None:
            return Evaluated(moved.unknown(use, imported.module))
        other = self._workspace.program(module, imported.module, imported.level)
        if other is None or self.journey.depth >= _DEEPEST:
            return Evaluated(Unknown(use, Cause.IMPORT_CIRCLE))
        depth, self.journey.depth = self.journey.depth, self.journey.depth + 1
        found: Evaluated | None
        try:
            found = other.at_the_end(imported.name) if member is None else other.member(imported.name, member)
        except ExcessiveText:  # that file is not read, and this one is
            found = None
        self.journey.depth = depth
        return None if found is None else brought(found, use, module.path)

    def at_the_end(self, name: str) -> Evaluated | None:
        """What `name` stands for once the whole text has run; None when nothing binds it at the top."""
        root = self.syntax.root
        bindings = self.scopes.in_scope(name, root)
        if not bindings:
            return self._stars.at_the_end(name)
        if (id(self), bindings[0].node.id) in self.journey.active:
            return unknown(self, bindings[0].node, Cause.SELF_DEFINED, name)
        return self._bound(name, bindings, root, bindings[0].node)

    def member(self, name: str, member: str) -> Evaluated | None:
        """A member of the class `name` at the top of this text; None when that is no class."""
        bindings = self.scopes.in_scope(name, self.syntax.root)
        if len(bindings) != 1:
            return None
        if bindings[0].kind is BindingKind.CLASS:
            return members.class_member(self, self.syntax.root, bindings[0], member)
        imported = (
            imported_at(self.syntax, bindings[0].node) if bindings[0].kind is BindingKind.IMPORTED else None
        )
        if imported is None or imported.name is None:
            return None
        return self.exported(imported, self.syntax.span(bindings[0].node), member)

    def is_imported(self, node: Node, module: str, name: str | None) -> bool:
        """Whether an identifier means this module, or this name of it, and nothing else."""
        bindings = self.scopes.bindings(self.syntax.source(node), node)
        wanted = Imported(module, 0, name)
        meanings = [imported_at(self.syntax, b.node) for b in bindings if b.kind is BindingKind.IMPORTED]
        return bool(bindings) and len(meanings) == len(bindings) and all(m == wanted for m in meanings)

    def is_builtin(self, node: Node) -> bool:
        """Whether an identifier means what Python itself gives its name."""
        name = self.syntax.name(node)
        is_bound = self.scopes.bindings(name, node) or self._stars.may_bring(name)
        return not is_bound and not is_replaced(self, f"builtins.{name}")

    def _form(self, node: Node) -> Evaluated:
        form = _FORMS.get(node.type)
        if form is not None:
            return form(self, node)
        match node.type:
            case "parenthesized_expression":
                inner = parts(node)
                return self.found(inner[0]) if len(inner) == 1 else not_static(self, node)
            case "binary_operator":
                return self._binary(node)
            case "identifier":
                return self._name(node)
            case "named_expression" if (value := field_of(node, "value")) is not None:
                return self.found(value)
            case _:
                return not_static(self, node)

    def _binary(self, node: Node) -> Evaluated:
        left, right = field_of(node, "left"), field_of(node, "right")
        sign = field_of(node, "operator")
        if left is None or right is None or sign is None:
            return not_static(self, node)
        one, other = self.found(left), self.found(right)
        if one.entries is not None and other.entries is not None and self.syntax.source(sign) == "|":
            return displays.merged(self, node, one, other)
        for found in (one, other):
            if isinstance(found.value, Unknown):
                return Evaluated(found.value)
        if not (isinstance(one.value, Static) and isinstance(other.value, Static)):
            return not_static(self, node)
        try:
            value = combine(one.value.value, self.syntax.source(sign), other.value.value)
        except NotComputed:
            return unknown(self, node, Cause.NOT_COMPUTED)
        # `1 + 2j` is how Python writes one complex number.
        return known(self, node, value, literal=isinstance(value, complex))

    def _name(self, node: Node) -> Evaluated:
        name = self.syntax.name(node)
        self.journey.names += 1
        bindings = self.scopes.bindings(name, node)
        if not bindings:
            found = self._stars.found(name, node)
            if found is None:
                return unknown(self, node, Cause.NOT_DEFINED, name)
            return self._watch.imported(name, node, found, self.point)
        return self._bound(name, bindings, node, node)

    def _bound(self, name: str, bindings: tuple[Binding, ...], use: Node, blamed: Node) -> Evaluated:
        """What exactly one binding gives at `use`; `blamed` is shown when it gives nothing."""
        problem, subject = self._problem(name, bindings, use)
        if problem is not None:
            places = tuple(Related(self.syntax.span(b.node), f"{name} is bound here") for b in bindings)
            return unknown(self, blamed, problem, subject, places if use.parent is not None else ())
        (binding,) = bindings
        key = (id(self), binding.node.id)
        if key in self.journey.active:
            return unknown(self, blamed, Cause.SELF_DEFINED, name)
        self.journey.active.add(key)
        found = self._imported(name, binding, blamed) if binding.value is None else self.found(binding.value)
        self.journey.active.discard(key)
        return self._watch.reached(name, blamed, self._changed(name, binding, found, use, blamed))

    def _problem(self, name: str, bindings: tuple[Binding, ...], use: Node) -> tuple[Cause | None, str]:
        if len(bindings) > 1:
            return Cause.ASSIGNED_TWICE, name
        (binding,) = bindings
        if binding.kind not in (BindingKind.ASSIGNED, BindingKind.IMPORTED):
            return Cause.BOUND_OTHERWISE, f"{name} is {binding.kind.value}"
        if not is_before(binding.node, use):
            return Cause.ASSIGNED_LATER, name
        if not is_certain(self.syntax, binding, use):
            return Cause.CONDITIONAL, name
        if binding.value is not None and not is_proven(self.syntax, binding.value):
            return Cause.HALF_TYPED, name
        if self._stars.may_replace(binding):
            return Cause.STARRED_OVER, name
        if is_mangled(self.syntax, name, use, binding.node):
            return Cause.MANGLED, name
        if (disturbing := self._watch.disturbance(binding, use)) is not None:
            return Cause.NAMESPACE, shortened(self.syntax.source(disturbing))
        return None, name

    def _changed(self, name: str, binding: Binding, found: Evaluated, use: Node, blamed: Node) -> Evaluated:
        levels = levels_of(found)
        if not levels:
            rebound = self._watch.rebound(binding, use)
            return found if rebound is None else changed_value(self, rebound, name, found, blamed)
        happened = self._watch.happened(binding, found, levels, use, self.point)
        if happened.effect is not None:
            return changed_value(self, happened.effect, name, found, blamed)
        after = displays.changed(self, found, happened.mutations) if happened.mutations else found
        if after is None:
            return changed_value(self, happened.first, name, found, blamed)
        if levels_of(after) > levels:  # what was put in can be changed as well
            again = self._watch.happened(binding, after, levels_of(after), use, self.point)
            if again.effect is not None:
                return changed_value(self, again.effect, name, found, blamed)
        return after

    def _imported(self, name: str, binding: Binding, node: Node) -> Evaluated:
        imported = imported_at(self.syntax, binding.node)
        if imported is not None and imported.name is not None:
            found = self.exported(imported, self.syntax.span(node))
            if found is not None:
                return self._watch.elsewhere(imported.name, node, found)
        return unknown(self, node, Cause.IMPORTED, name)

    def unless_changed(self, node: Node, found: Evaluated, member: Binding | None = None) -> Evaluated:
        """What the attribute at `node` stands for, unless something may change it."""
        return self._watch.attribute(node, found, member, self.point)

    def is_of_workspace(self, module: str) -> bool:
        """Whether an absolute import of the module means a file of the workspace."""
        return self._workspace.module(module.partition(".")[0], 0) is not None

    def program_of(self, imported: Imported) -> Evaluator | None:
        """The evaluation of the file that an import means."""
        name, level = imported.module, imported.level
        module = None if moved_by(self, name, level) else self._workspace.module(name, level)
        return None if module is None else self._workspace.program(module, name, level)

    @property
    def program_run(self) -> Evaluator:
        """The text that is run, which imports this one, if it is not this one."""
        return self.journey.root or self

    def imported_programs(self) -> Iterator[tuple[PurePath, Evaluator]]:
        """The files of the workspace that the text imports. Raises TooManyFiles."""
        return self._workspace.imported(self)

    @cached_property
    def path_changes(self) -> tuple[tuple[PurePath | None, PathChange], ...]:
        """Where the text (None) and the files that it may import change in which folders Python looks."""
        return tuple(all_path_changes(self))

    def first_in(self, path: PurePath | None, folder: FolderName, name: str) -> PurePath | None:
        """The file of a module in a folder that the file at `path` names (None: this text)."""
        return self._workspace.first_in(path, folder, name)

    def outlines(self) -> Iterator[tuple[PurePath, Outline]]:
        """What the files say that running the text may import, the nearest first."""
        return self._workspace.outlines(self.syntax)
