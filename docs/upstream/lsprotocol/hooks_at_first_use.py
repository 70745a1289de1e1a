"""Rewrites `_hooks.py` of lsprotocol for types that are made at first use; see types_at_first_use.py."""

from __future__ import annotations

import ast
from typing import TypeVar

_HOOKS = '''
from collections.abc import Mapping as _Mapping
from typing import get_args as _get_args
import typing as _typing

class _Names(_Mapping):
    """The names that an annotation of lsprotocol may hold."""
    def __getitem__(self, name):
        try:
            return getattr(lsp_types, name)
        except AttributeError:
            raise KeyError(name) from None
    def __iter__(self):
        return iter(())
    def __len__(self):
        return 0

_NAMES = _Names()

def _resolve(cls):
    if cls.__module__ == lsp_types.__name__:
        attrs.resolve_types(cls, vars(lsp_types), _NAMES)

def _classes(type_):
    """The names of all classes of lsprotocol in a type."""
    if getattr(type_, "__module__", "") == lsp_types.__name__:
        return frozenset((type_.__name__,))
    return frozenset().union(*map(_classes, _get_args(type_)))

def _later(hook, field, way):
    """How to override a field whose own hook is looked up when a message has the field."""
    return {hook: way} if _classes(field.type) else {}

def _register(converter, hooks):
    """Hooks for types that are named by functions, called once all classes in such a type are there."""
    waiting = {}
    for make, hook in hooks:
        names = lsp_types.DEFERRED_CLASSES.intersection(make.__code__.co_names)
        if names:
            waiting.setdefault(names, []).append((make, hook))
        else:
            converter.register_structure_hook(make(), hook)
    def found(type_):
        # A hook that somebody registers for the same union comes first, as it does without this.
        if not _get_args(type_) or type_ in converter._union_struct_registry:
            return None
        candidates = waiting.get(_classes(type_), ())
        return next((hook for make, hook in reversed(candidates) if make() == type_), None)
    converter.register_structure_hook_factory(lambda type_: found(type_) is not None, found)
'''
_Node = TypeVar("_Node", bound=ast.AST)


def deferred_hooks(source: str) -> str:
    """`_hooks.py` that resolves the annotations of a class, and builds a union, when it is first needed."""
    tree = ast.parse(source)
    first = next(at for at, each in enumerate(tree.body) if isinstance(each, ast.FunctionDef))
    resolving = tree.body.pop(first)
    assert name_of(resolving) == "_resolve_forward_references", ast.unparse(resolving)
    edited = _Hooks()
    tree = edited.visit(tree)
    assert edited.count == 9, edited.count
    tree.body[first:first] = ast.parse(_HOOKS).body
    return ast.unparse(ast.fix_missing_locations(tree))


def name_of(node: ast.AST) -> str:
    """The name that a statement gives. Raises AssertionError for one that gives none."""
    match node:
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
            return name
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
    raise AssertionError(ast.unparse(node))


class _Hooks(ast.NodeTransformer):
    """The places in `_hooks.py` that ask for types before a message does."""

    def __init__(self) -> None:
        self.count = 0

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        way = {"_with_custom_unstructure": "unstructure", "_with_custom_structure": "structure"}.get(
            node.name
        )
        if way is not None:
            fields = node.body[0]
            assert isinstance(fields, ast.Assign), ast.unparse(node)
            assert isinstance(fields.value, ast.DictComp), ast.unparse(node)
            assert isinstance(fields.value.value, ast.Call), ast.unparse(node)
            later = f"_later('{way.removesuffix('ure')}_hook', a, converter.{way})"
            fields.value.value.keywords.append(ast.keyword(None, ast.parse(later, mode="eval").body))
            node.body[0:0] = ast.parse("_resolve(cls)").body
            self.count += 1
        # Annotations of the hooks name types too.
        node.returns = None
        for each in node.args.args:
            each.annotation = None
        self.generic_visit(node)
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        if ast.unparse(node) == "_resolve_forward_references()":
            self.count += 1
            return None
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.AST | None:
        if _is_named(node, "NotebookSelectorItem"):  # the same as the union of notebook filters above it
            self.count += 1
            return None
        return self._with_makers(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        return self._with_makers(node)

    def visit_For(self, node: ast.For) -> ast.AST:
        assert isinstance(node.iter, ast.Name), ast.unparse(node)
        self.count += 1
        return ast.parse(f"_register(converter, {node.iter.id})").body[0]

    def _with_makers(self, node: _Node) -> _Node:
        """The types of a list of hooks, each in a function."""
        value = getattr(node, "value", None)
        if isinstance(value, ast.List):
            self.count += 1
            value.elts = [
                _made_later(each) for each in value.elts if "NotebookSelectorItem" not in ast.unparse(each)
            ]
        return node


def _is_named(node: ast.Assign, name: str) -> bool:
    return isinstance(node.targets[0], ast.Name) and node.targets[0].id == name


def _made_later(pair: ast.expr) -> ast.expr:
    assert isinstance(pair, ast.Tuple), ast.unparse(pair)
    type_, hook = pair.elts
    return ast.Tuple([ast.Lambda(ast.arguments([], [], None, [], [], None, []), type_), hook], ast.Load())
