"""Rewrites an installed lsprotocol so that each of its types is made when it is first asked for.

    python types_at_first_use.py SITE_PACKAGES

A measurement of what its generator could write; README.md says what changes. Made for lsprotocol 2025.0.0:
whatever is not as expected there ends it with an AssertionError, before anything is written.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

from hooks_at_first_use import deferred_hooks, name_of

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
    deferred = {name_of(each): each for each in rest if _is_deferred(each)}
    lookup = _Lookup(frozenset(deferred))
    kept = [lookup.visit(_table(each) or each) for each in rest if not _is_deferred(each)]
    makers = [_maker(name, lookup.visit(each)) for name, each in deferred.items()]
    classes = {name for name, each in deferred.items() if isinstance(each, ast.ClassDef)}
    public = sorted(name for name in {*deferred, *map(name_of, kept)} if not name.startswith("_"))
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


def _is_deferred(node: ast.stmt) -> bool:
    """Classes, aliases of types and lists of classes; not constants, tables and what makes nothing."""
    if isinstance(node, ast.ClassDef):
        return bool(node.decorator_list or node.bases)
    if isinstance(node, ast.Assign):
        return isinstance(node.value, (ast.Subscript, ast.List)) and name_of(node) != "_SPECIAL_PROPERTIES"
    return False


def _table(node: ast.stmt) -> ast.stmt | None:
    """METHOD_TO_TYPES and ALL_TYPES_MAP, with the names of their types; None for all else."""
    if name_of(node) not in ("METHOD_TO_TYPES", "ALL_TYPES_MAP") or not isinstance(
        node, (ast.Assign, ast.AnnAssign)
    ):
        return None
    value = node.value
    assert isinstance(value, ast.Dict), ast.unparse(node)
    names = ast.Dict(value.keys, [_Quoted().visit(each) for each in value.values])
    call = ast.Call(ast.Name("_Deferred", ast.Load()), [names], [])
    return ast.Assign([ast.Name(name_of(node), ast.Store())], call)


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


if __name__ == "__main__":
    main()
