"""Rewrites an installed lsprotocol so that each of its types is made when it is first asked for.

    python types_at_first_use.py SITE_PACKAGES

A measurement of what its generator could write; README.md says what changes. Made for lsprotocol 2025.0.0:
whatever is not as expected there ends it with an AssertionError, before anything is written.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import TypeVar

# In front of the types: what is looked up in the module and is not there yet is made (PEP 562).
_PROLOGUE = '''
import sys as _sys
import threading as _threading
from collections.abc import Mapping as _Mapping
_this = _sys.modules[__name__]
_making = _threading.RLock()

def __getattr__(name):
    with _making:
        if name not in globals():
            make = _MAKERS.get(name)
            if make is None:
                raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
            make()
        return globals()[name]

def __dir__():
    return sorted({*globals(), *_MAKERS})

class _Deferred(_Mapping):
    """A mapping to types, given by their names."""
    def __init__(self, names):
        self._names = names
    def __getitem__(self, key):
        names = self._names[key]
        if isinstance(names, tuple):
            return tuple(None if each is None else getattr(_this, each) for each in names)
        return getattr(_this, names)
    def __iter__(self):
        return iter(self._names)
    def __len__(self):
        return len(self._names)
'''

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


def main() -> None:
    """Rewrite `lsprotocol/types.py` and `lsprotocol/_hooks.py` below the folder that is given."""
    package = Path(sys.argv[1]) / "lsprotocol"
    types, hooks = package / "types.py", package / "_hooks.py"
    written = deferred_types(types.read_text("utf-8")), deferred_hooks(hooks.read_text("utf-8"))
    types.write_text(written[0], "utf-8")
    hooks.write_text(written[1], "utf-8")


def deferred_types(source: str) -> str:
    """`types.py` with a function for every class, alias and table of classes."""
    tree = ast.parse(source)
    imports = [each for each in tree.body if isinstance(each, (ast.Import, ast.ImportFrom))]
    rest = [each for each in tree.body if each not in imports and not isinstance(each, ast.Expr)]
    deferred = {_name(each): each for each in rest if _is_deferred(each)}
    lookup = _Lookup(frozenset(deferred))
    kept = [lookup.visit(_table(each) or each) for each in rest if not _is_deferred(each)]
    makers = [_maker(name, lookup.visit(each)) for name, each in deferred.items()]
    classes = {name for name, each in deferred.items() if isinstance(each, ast.ClassDef)}
    public = sorted(name for name in {*deferred, *map(_name, kept)} if not name.startswith("_"))
    body = [
        *ast.parse("from __future__ import annotations").body,
        *imports,
        *ast.parse(_PROLOGUE).body,
        *makers,
        *_assigned("_MAKERS", f"{{{', '.join(f'{name!r}: _make_{name}' for name in deferred)}}}"),
        *_assigned("DEFERRED_CLASSES", f"frozenset({sorted(classes)!r})"),
        *kept,
        *_assigned("__all__", repr(public)),
    ]
    return ast.unparse(ast.fix_missing_locations(ast.Module(body, [])))


def deferred_hooks(source: str) -> str:
    """`_hooks.py` that resolves the annotations of a class, and builds a union, when it is first needed."""
    tree = ast.parse(source)
    first = next(at for at, each in enumerate(tree.body) if isinstance(each, ast.FunctionDef))
    resolving = tree.body.pop(first)
    assert _name(resolving) == "_resolve_forward_references", ast.unparse(resolving)
    edited = _Hooks()
    tree = edited.visit(tree)
    assert edited.count == 9, edited.count
    tree.body[first:first] = ast.parse(_HOOKS).body
    return ast.unparse(ast.fix_missing_locations(tree))


def _is_deferred(node: ast.stmt) -> bool:
    """Classes, aliases of types and lists of classes; not constants, tables and what makes nothing."""
    if isinstance(node, ast.ClassDef):
        return bool(node.decorator_list or node.bases)
    if isinstance(node, ast.Assign):
        return isinstance(node.value, (ast.Subscript, ast.List)) and _name(node) != "_SPECIAL_PROPERTIES"
    return False


def _name(node: ast.AST) -> str:
    match node:
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
            return name
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
    raise AssertionError(ast.unparse(node))


def _table(node: ast.stmt) -> ast.stmt | None:
    """METHOD_TO_TYPES and ALL_TYPES_MAP, with the names of their types; None for all else."""
    if _name(node) not in ("METHOD_TO_TYPES", "ALL_TYPES_MAP") or not isinstance(
        node, (ast.Assign, ast.AnnAssign)
    ):
        return None
    value = node.value
    assert isinstance(value, ast.Dict), ast.unparse(node)
    names = ast.Dict(value.keys, [_Quoted().visit(each) for each in value.values])
    call = ast.Call(ast.Name("_Deferred", ast.Load()), [names], [])
    return ast.Assign([ast.Name(_name(node), ast.Store())], call)


def _maker(name: str, node: ast.stmt) -> ast.stmt:
    # `global` gives the class its usual qualified name, and puts it where it is looked up from then on.
    maker = ast.parse(f"def _make_{name}():\n global {name}").body[0]
    assert isinstance(maker, ast.FunctionDef), name
    maker.body.append(node)
    return maker


def _assigned(name: str, value: str) -> list[ast.stmt]:
    return ast.parse(f"{name} = {value}").body


class _Quoted(ast.NodeTransformer):
    """Names become strings."""

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Constant(node.id)


class _Lookup(ast.NodeTransformer):
    """Types are looked up in the module; annotations become plain names, and are never evaluated here."""

    def __init__(self, names: frozenset[str]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id not in self._names or not isinstance(node.ctx, ast.Load):
            return node
        return ast.Attribute(ast.Name("_this", ast.Load()), node.id, ast.Load())

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = _Unquoted().visit(node.annotation)
        if node.value is not None:
            node.value = self.visit(node.value)
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        return node


class _Unquoted(ast.NodeTransformer):
    """Forward references without their quotes."""

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return ast.parse(node.value, mode="eval").body if isinstance(node.value, str) else node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        return (
            node
            if isinstance(node.value, ast.Name) and node.value.id == "Literal"
            else self.generic_visit(node)
        )


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
        node.body = [each for each in node.body if each is not None]
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


if __name__ == "__main__":
    main()
