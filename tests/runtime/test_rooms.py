"""The rooms of the runtime: what imports what, imports for type checkers and inside functions included."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from .conftest import SOURCE

PACKAGE = SOURCE / "valohai"


def module_name(path: Path) -> str:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path, known: set[str]) -> Iterator[str]:
    """The modules of the runtime that the file ``path`` imports, anywhere in it."""
    package = module_name(path) if path.name == "__init__.py" else module_name(path).rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*parents, *([node.module] if node.module else [])])
            names = [f"{base}.{alias.name}" for alias in node.names]
            yield from (name if name in known else base for name in names if {name, base} & known)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)


def graph() -> dict[str, set[str]]:
    # Without `valohai` itself, which names every public module.
    paths = {module_name(path): path for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE.parent}
    del paths["valohai"]
    known = set(paths)
    return {name: set(imported(path, known)) - {name} for name, path in paths.items()}


def test_the_graph_sees_imports_of_every_kind() -> None:
    arrows = graph()
    assert "valohai.paths" in arrows["valohai._files.sources"]  # absolute
    assert "valohai._files.input_file" in arrows["valohai._files.cloud"]  # for a type checker only
    assert "valohai._files.datum" in arrows["valohai._files.sources"]  # inside a function
    assert "valohai.consts" in arrows["valohai.paths"]  # `from . import consts`


def test_no_circle_of_imports() -> None:
    try:
        TopologicalSorter(graph()).prepare()
    except CycleError as error:
        raise AssertionError(f"a circle of imports: {' <- '.join(error.args[1])}") from None


def test_help_reads_what_it_is_given() -> None:
    assert graph()["valohai._step.help"] == {"valohai._step.definition"}


def test_files_of_an_input_do_not_know_who_asks_for_them() -> None:
    arrows = graph()
    assert arrows["valohai._files.input_file"] == set()
    for backend in ("cloud", "datum", "download", "listed", "archives", "packing"):
        assert "valohai._files.sources" not in arrows[f"valohai._files.{backend}"], backend
    assert "valohai._files.cloud" not in arrows["valohai._files.download"]
