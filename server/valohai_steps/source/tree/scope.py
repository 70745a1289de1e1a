"""Scopes: which bindings of a name count at a place (Python Reference, 4.2 "Naming and binding")."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property

from valohai_steps.source.tree.binding import Binding, BindingKind, bindings_at
from valohai_steps.source.tree.syntax import Node, Syntax, ancestors, is_field

_COMPREHENSIONS = (
    "list_comprehension",
    "set_comprehension",
    "dictionary_comprehension",
    "generator_expression",
)
_FUNCTIONS = ("function_definition", "lambda")
# Where `global` and `nonlocal` count.
_DECLARING = (*_FUNCTIONS, "class_definition")
_SCOPES = (*_FUNCTIONS, *_COMPREHENSIONS, "module", "class_definition")


class HandedOn:
    """Names that files of a program hand on, each with what it may mean: `j` of `import json as j`."""

    def __init__(self, names: Iterable[tuple[str, str]] = ()) -> None:
        self.meanings: dict[str, tuple[str, ...]] = {}
        self._words: dict[str, list[str]] = {}
        for word, meaning in dict.fromkeys(names):
            self.meanings[word] = (*self.meanings.get(word, ()), meaning)
            self._words.setdefault(meaning.rpartition(".")[2], []).append(word)

    def words(self, name: str) -> tuple[str, ...]:
        """The other names under which something of this name is handed on."""
        return tuple(word for word in self._words.get(name, ()) if word != name)


class Scopes:
    """The scopes of one text. Names are looked up one by one: most names of a file are never asked for."""

    def __init__(
        self,
        syntax: Syntax,
        handed_on: Callable[[], HandedOn] = HandedOn,
        starred: Callable[[str, Sequence[Binding]], Iterable[Binding]] = lambda *_: (),
    ) -> None:
        self.syntax = syntax
        self._starred = starred  # what `import *` binds anew of what is bound above it
        self._handed_on = handed_on
        self.callees: dict[str, tuple[Node, ...]] = {}  # found once, asked for by several readers
        self.replaced: bool | None = None  # asked for by every call
        self.kept: dict[str, tuple[str, ...]] = {}  # what readers found in the whole text, by what they asked
        self._uses: dict[str, dict[int, tuple[Node, ...]]] = {}  # by the name, by the node of the binding
        self._bindings: dict[str, dict[int, list[Binding]]] = {}
        self._found: dict[tuple[str, int], tuple[Binding, ...]] = {}
        self._in_scope: dict[tuple[str, int], tuple[Binding, ...]] = {}
        self._declaring: dict[tuple[str, str], frozenset[int]] = {}

    @cached_property
    def handed_on(self) -> HandedOn:
        """What the other files of the program import, and so hand on to who imports them."""
        return self._handed_on()

    def bindings(self, name: str, at: Node) -> tuple[Binding, ...]:
        """The bindings of the scope in which `name` is found from `at`; empty when nothing binds it."""
        scope = scope_of(at)
        known = self._found.get((name, scope.id))
        if known is None:
            known = self._found[name, scope.id] = self._look_up(name, scope)
        return known

    def meanings(self, name: str, at: Node) -> Iterator[tuple[Binding, ...]]:
        """The bindings of each scope in which `name` may be found from `at`.

        In a class it may be the name around the class, until the class binds one of its own.
        """
        yield self.bindings(name, at)
        scope = scope_of(at)
        if scope.type == "class_definition":
            yield from self.meanings(name, scope)

    def in_scope(self, name: str, scope: Node) -> tuple[Binding, ...]:
        """The bindings of exactly this scope (a module, a class), and no other."""
        known = self._in_scope.get((name, scope.id))
        if known is None:
            bindings = _without_changes(self._by_scope(name).get(scope.id, []), scope)
            replaced = self._starred(name, bindings) if bindings and scope.parent is None else ()
            known = self._in_scope[name, scope.id] = (*bindings, *replaced)
        return known

    def uses_of(self, binding: Binding) -> tuple[Node, ...]:
        """The places that use what a binding binds, in order; those that bind it are none."""
        name = self.syntax.name(binding.node)
        known = self._uses.get(name)
        if known is None:
            known = self._uses[name] = self._all_uses(name)
        return known.get(binding.node.id, ())

    def uses_of_any(self, bindings: Iterable[Binding]) -> Iterator[Node]:
        """The places that use what any of them binds; bindings of one scope share theirs, which come once."""
        yield from (
            node
            for uses in {id(uses): uses for uses in map(self.uses_of, bindings)}.values()
            for node in uses
        )

    def _all_uses(self, name: str) -> dict[int, tuple[Node, ...]]:
        by_scope: dict[int, tuple[tuple[Binding, ...], list[Node]]] = {}
        for node in filter(is_use, self.syntax.names(name)):
            found = {bindings[0].node.id: bindings for bindings in self.meanings(name, node) if bindings}
            for key, bindings in found.items():
                by_scope.setdefault(key, (bindings, []))[1].append(node)
        shared = ((bindings, tuple(nodes)) for bindings, nodes in by_scope.values())
        return {binding.node.id: nodes for bindings, nodes in shared for binding in bindings}

    def _look_up(self, name: str, scope: Node) -> tuple[Binding, ...]:
        innermost = True
        while True:
            declares = scope.type in _FUNCTIONS or (innermost and scope.type in _DECLARING)
            if declares and self._is_declared(name, scope, "global_statement"):
                scope = self.syntax.root
            here = self.in_scope(name, scope)
            if scope.type == "class_definition" and not innermost:  # PEP 695: the scope around it is seen
                here = tuple(binding for binding in here if binding.kind is BindingKind.TYPE)
            if here:
                return here
            if scope.parent is None:
                return ()
            scope, innermost = scope_of(scope), False

    def _by_scope(self, name: str) -> dict[int, list[Binding]]:
        known = self._bindings.get(name)
        if known is None:
            known = self._bindings[name] = {}
            for node in self.syntax.names(name):
                for binding in bindings_at(node):
                    known.setdefault(self._scope_of_binding(name, binding).id, []).append(binding)
        return known

    def _scope_of_binding(self, name: str, binding: Binding) -> Node:
        scope = scope_of(binding.node)
        if binding.kind is BindingKind.ASSIGNED and binding.is_walrus:
            while scope.type in _COMPREHENSIONS:  # PEP 572: `:=` binds outside of a comprehension
                scope = scope_of(scope)
        if scope.type in _DECLARING and self._is_declared(name, scope, "global_statement"):
            return self.syntax.root
        if scope.type in _DECLARING and self._is_declared(name, scope, "nonlocal_statement"):
            return self._enclosing(name, scope)
        return scope

    def _enclosing(self, name: str, scope: Node) -> Node:
        """The function around a scope that binds the name itself; `nonlocal` means that one."""
        binding = {
            scope_of(node).id
            for node in self.syntax.names(name)
            if next(bindings_at(node), None) is not None and not self._is_elsewhere(name, scope_of(node))
        }
        while scope.parent is not None:
            scope = scope_of(scope)
            if scope.type in _FUNCTIONS and scope.id in binding:
                break
        return scope

    def _is_elsewhere(self, name: str, scope: Node) -> bool:
        return any(
            self._is_declared(name, scope, statement)
            for statement in ("nonlocal_statement", "global_statement")
        )

    def _is_declared(self, name: str, scope: Node, statement: str) -> bool:
        known = self._declaring.get((name, statement))
        if known is None:
            known = self._declaring[name, statement] = frozenset(
                scope_of(node).id
                for node in self.syntax.names(name)
                if node.parent is not None and node.parent.type == statement
            )
        return scope.id in known


def is_use(node: Node) -> bool:
    """Whether an identifier stands for the value of its name."""
    parent = node.parent
    if parent is None or parent.type in ("global_statement", "nonlocal_statement", "relative_import"):
        return False
    if parent.type == "attribute" and is_field(parent, "attribute", node):
        return False
    if parent.type == "keyword_argument" and is_field(parent, "name", node):
        return False
    if parent.type == "keyword_pattern" and parent.children[0].id == node.id:
        return False
    if parent.type in ("dotted_name", "aliased_import"):
        outer = next((each for each in ancestors(node) if each.type.startswith("import")), None)
        if outer is not None:
            return False
    bound = next(bindings_at(node), None)
    return bound is None or bound.kind is BindingKind.AUGMENTED


def scope_of(node: Node) -> Node:
    """The module, function, lambda, class or comprehension in which a node is evaluated."""
    child, outside = node, False
    for parent in ancestors(node):
        if parent.type in _SCOPES:
            if not outside and _is_inside(child, parent):
                return parent
            outside = False
        elif _leads_outside(child, parent):
            outside = True
        child = parent
    return child


def function_of(node: Node) -> Node:
    """The function or module whose run reaches the node; class bodies and comprehensions run in place."""
    scope = scope_of(node)
    while scope.type not in _FUNCTIONS and scope.parent is not None:
        scope = scope_of(scope)
    return scope


def _leads_outside(child: Node, parent: Node) -> bool:
    """Defaults and annotations of parameters are evaluated around the function, and so on."""
    match parent.type:
        case "default_parameter" | "typed_default_parameter":
            return is_field(parent, "value", child) or is_field(parent, "type", child)
        case "typed_parameter":
            return is_field(parent, "type", child)
        case "for_in_clause":  # the first iterable of a comprehension is evaluated around it
            return is_field(parent, "right", child) and _is_first(parent)
        case _:
            return False


def _is_inside(child: Node, scope: Node) -> bool:
    """Whether the child belongs to the scope's own body; names, decorators and bases belong outside."""
    if scope.type == "module" or scope.type in _COMPREHENSIONS:
        return True
    return any(is_field(scope, name, child) for name in ("body", "parameters", "type_parameters"))


def _is_first(clause: Node) -> bool:
    holder = clause.parent
    clauses = [] if holder is None else [part for part in holder.children if part.type == "for_in_clause"]
    return bool(clauses) and clauses[0].id == clause.id


def _without_changes(bindings: list[Binding], scope: Node) -> list[Binding]:
    """`x |= ...` changes what another binding of the scope bound; alone it is a binding.

    In a class it reads, and may change, the name around the class before it binds one of its own.
    """
    plain = [binding for binding in bindings if binding.kind is not BindingKind.AUGMENTED]
    return plain if plain or scope.type == "class_definition" else bindings
