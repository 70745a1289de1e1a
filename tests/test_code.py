"""What must never be in the code is not there, and what is stays readable (CONTRIBUTING)."""

import ast
import re
from collections.abc import Iterator

from tests.tree import ROOT, RUNTIME, SERVER, imports, modules

READABLE = (SERVER, RUNTIME, *(ROOT / name for name in ("bench", "tools", "docs/upstream")))
# What can run a text or a file, called or handed on.
RUNNING = {"eval", "exec", "compile", "__import__", "__builtins__"}
RUNNING_MODULES = {"builtins", "code", "codeop", "imp", "importlib", "marshal", "pickle", "pkgutil", "runpy"}
# Those that look up what is our own, or Python's.
OWN_ALONE = {
    "lsp/methods.py": {"importlib", "importlib.import_module"},
    "lsp/features/status.py": {"importlib", "importlib.metadata"},
    "source/pipelines/expressions/annotations.py": {"builtins"},
}


def test_nothing_of_the_user_is_ever_run() -> None:
    found: dict[str, set[str]] = {}
    for path in modules(SERVER):
        used = {name for name in imports(path) if name.split(".")[0] in RUNNING_MODULES}
        used |= {
            node.id
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Name) and node.id in RUNNING
        }
        if used:
            found[path.relative_to(SERVER).as_posix()] = used
    assert found == OWN_ALONE


def compiled_outside_functions(node: ast.AST) -> Iterator[int]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            continue
        if isinstance(child, ast.Call) and ast.unparse(child.func) == "re.compile":
            yield child.lineno
        yield from compiled_outside_functions(child)


def test_no_pattern_is_compiled_by_an_import() -> None:
    for path in modules(SERVER):
        lines = [*compiled_outside_functions(ast.parse(path.read_text("utf-8")))]
        assert not lines, f"{path.relative_to(ROOT)}: {lines}: write model.patterns.pattern for re.compile"


def test_yaml_is_never_dumped_as_a_whole() -> None:
    for path in modules(SERVER):
        assert not re.search(r"yaml\.(safe_)?dump(_all)?\(", path.read_text("utf-8")), path


def test_no_module_keeps_mutable_state() -> None:
    for path in modules(SERVER):
        for node in ast.parse(path.read_text("utf-8")).body:
            assert not isinstance(node, ast.Global)
            if isinstance(node, ast.Assign) and isinstance(node.value, (ast.List, ast.Set)):
                names = [target.id for target in node.targets if isinstance(target, ast.Name)]
                assert names == ["__all__"], f"{path.relative_to(ROOT)}: {names} can be changed"


def test_the_runtime_imports_only_the_standard_library_and_itself() -> None:
    import sys

    for path in modules(RUNTIME):
        tree = ast.parse(path.read_text("utf-8"))
        for node in tree.body:
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            found = {name.split(".")[0] for name in names} - sys.stdlib_module_names
            assert found <= {"valohai"}, f"{path.relative_to(ROOT)} imports {found}"


def sizes() -> Iterator[tuple[str, int, int]]:
    """Every module and function by its place, its lines, and how many it may have (CONTRIBUTING)."""
    for path in (path for folder in READABLE for path in modules(folder)):
        text, place = path.read_text("utf-8"), path.relative_to(ROOT).as_posix()
        yield place, text.count("\n"), 300
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                lines = body[-1].end_lineno - body[0].lineno + 1 if body and body[-1].end_lineno else 0
                yield f"{place}: {node.name}", lines, 30


def test_modules_and_functions_stay_readable() -> None:
    too_long = {place: lines for place, lines, limit in sizes() if lines > limit}
    assert too_long == {}


def test_no_commit_names_a_registry_or_a_machine() -> None:
    for path in (*ROOT.glob("constraints/*.txt"), *ROOT.glob("**/package-lock.json")):
        if "node_modules" not in path.parts:
            assert "://" not in path.read_text("utf-8"), path
