"""`from module import *`: the names that it brings, and those that it may replace."""

from collections.abc import Iterator, Sequence
from functools import cached_property

from valohai_steps.model.step import Cause, Unknown
from valohai_steps.source.evaluation.evaluator import Evaluator
from valohai_steps.source.evaluation.imports import Imported, from_module, imported_at
from valohai_steps.source.evaluation.result import Evaluated
from valohai_steps.source.tree.binding import Binding, BindingKind, star_imports
from valohai_steps.source.tree.syntax import ExcessiveText, Node


class StarImports:
    """The statements `from module import *` of one text, and what they bring."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._at_the_end: dict[str, Evaluated | None] = {}
        self._brought: dict[str, bool] = {}

    def found(self, name: str, node: Node) -> Evaluated | None:
        """A name that the statements bring to `node`, when exactly one known file has it."""
        if name.startswith("_"):
            return None
        found: list[Evaluated] = []
        syntax = self._evaluator.syntax
        for statement in self._statements:
            module = from_module(syntax, statement)
            value = None
            if module is not None:
                value = self._evaluator.exported(Imported(module[0], module[1], name), syntax.span(node))
            if value is not None:
                found.append(value)
        return found[0] if len(found) == 1 else None

    @property
    def modules(self) -> Iterator[tuple[Node, tuple[str, int]]]:
        """The statements, each with the module that it names."""
        for statement in self._statements:
            module = from_module(self._evaluator.syntax, statement)
            if module is not None:
                yield statement, module

    def at_the_end(self, name: str) -> Evaluated | None:
        """The same once the whole text has run. It is looked up once, however many ways lead here."""
        if name not in self._at_the_end:
            root = self._evaluator.syntax.root
            circle = Unknown(self._evaluator.syntax.span(root), Cause.IMPORT_CIRCLE)
            self._at_the_end[name] = Evaluated(circle)
            self._at_the_end[name] = self.found(name, root)
        return self._at_the_end[name]

    def may_replace(self, binding: Binding) -> bool:
        """Whether a statement below may replace what is bound."""
        return any(star.start_byte > binding.node.end_byte for star in self._statements)

    def may_bring(self, name: str) -> bool:
        """Whether one of the statements, or one in a file that they name, may bring the name."""
        if name not in self._brought:
            try:
                self._brought[name] = self._is_bound_there(name)
            except ExcessiveText:  # a file that is not read
                self._brought[name] = True
        return self._brought[name]

    def _is_bound_there(self, name: str) -> bool:
        return any(other.scopes.in_scope(name, other.syntax.root) for other in self._sources)

    def over(self, name: str, bindings: Sequence[Binding]) -> Iterator[Binding]:
        """What the statements bind of a name that is bound above one of them, and there to something else."""
        below = [star for star in self._statements if star.start_byte > bindings[0].node.end_byte]
        if below and any(self._is_another(name, bindings, other) for other in self._sources):
            yield Binding(below[0].children[-1], BindingKind.STARRED, None, below[0])

    def _is_another(self, name: str, bindings: Sequence[Binding], other: Evaluator) -> bool:
        """Whether a file binds the name to something else than all bindings here import."""
        try:
            theirs = other.scopes.in_scope(name, other.syntax.root)
        except ExcessiveText:  # a file that is not read
            return True
        meanings = {imported_at(self._evaluator.syntax, each.node) for each in bindings}
        meanings |= {imported_at(other.syntax, each.node) for each in theirs}
        return bool(theirs) and (len(meanings) > 1 or any(each is None or each.level for each in meanings))

    @cached_property
    def _sources(self) -> tuple[Evaluator, ...]:
        """The files that the statements name, and those that the statements in these name."""
        waiting, seen = [self._evaluator], {id(self._evaluator)}
        found: list[Evaluator] = []
        while waiting:
            others = [other for other in waiting.pop().starred if id(other) not in seen]
            seen.update(map(id, others))
            found += others
            waiting += others
        return tuple(found)

    @cached_property
    def _statements(self) -> tuple[Node, ...]:
        return star_imports(self._evaluator.syntax)
