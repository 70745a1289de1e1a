"""A line of IPython as Python of the same length: what it runs, what it binds, or that it may do anything."""

import ast
import warnings

from valohai_steps.model.patterns import pattern
from valohai_steps.source.text.ipython.marks import ANYTHING, MOVED, RUN
from valohai_steps.source.text.ipython.table import HARMLESS, MOVING, PYTHON_LINES, REPEATING

_MAGIC = pattern(r"%{0,2}(?P<name>\w+)[ \t]*")
_LETTER = pattern(r"[^\r\n]")
_BRACES = pattern(r"\{\{|\}\}|\{(?P<expression>[^{}]*)\}")
_BROKEN = pattern(r"[\r\n]")
_FORMAT = pattern(r"[:!]")
_FILE = pattern(r"[^\s'\"\\{}$*?~-][^\s'\"\\{}$*?]*\.py")
_FOLDER = pattern(r"(?P<up>(?:\.\./)*(?:\.\.)?)(?P<down>(?:[A-Za-z_]\w*/)*(?:[A-Za-z_]\w*)?)/?")
_RUNNING = (ast.Call, ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom, ast.comprehension)
_BINDING = (
    *(ast.NamedExpr, ast.Import, ast.ImportFrom, ast.Delete, ast.Global, ast.Nonlocal, ast.Return),
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef),
)
_COMPOUND = (
    *(ast.For, ast.AsyncFor, ast.While, ast.If, ast.With, ast.AsyncWith, ast.Try, ast.Match),
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef),
)


def statement(line: str, *, in_function: bool = False) -> str:
    """What stands for a line of IPython; `in_function` says that it may run in one.

    A statement below an `if` does at least nothing, so that the block is not empty.
    """
    indentation = len(line) - len(line.lstrip(" \t\f"))
    body = line[indentation:]
    python = _python(body, in_function=in_function)
    if python is None:
        python = "0" if indentation else ""
    return line[:indentation] + filled(python, body)


def help_statement(line: str) -> str:
    """What stands for `name?`, which changes nothing."""
    indentation = len(line) - len(line.lstrip(" \t\f"))
    return line[:indentation] + filled("0" if indentation else "", line[indentation:])


def value(magic: str) -> str:
    """What stands for `magic` in `x = %magic`: an expression that no reader takes for a value it knows."""
    unknown = "..." if len(magic) >= 3 and "\\" not in magic[:3] else "_"
    python = _python(magic, in_function=False)
    if python is None:
        return filled(unknown, magic)
    if python.startswith("0") and len(magic) > 4 and not python[1:4].strip(" "):
        return filled(unknown + python[3:], magic)
    return filled(ANYTHING, magic)


def blank(text: str) -> str:
    """Spaces for all but line ends."""
    return _LETTER.sub(" ", text)


def filled(python: str, text: str) -> str:
    """The Python, and spaces up to the length of the text that it stands for; line ends stay."""
    return python + blank(text[len(python) :])


def _python(body: str, *, in_function: bool) -> str | None:
    """The Python of a line without its indentation, not longer than that; None when it does nothing."""
    if body.startswith("?"):
        return None
    if body.startswith(("/", ",", ";")):  # automatic calls
        return ANYTHING
    if body.startswith("!"):
        return expanded(body)
    magic = _MAGIC.match(body)
    if magic is None:
        return ANYTHING
    name, start = magic["name"], magic.end()
    if name in PYTHON_LINES:
        options = PYTHON_LINES[name].match(body, start)
        return run(body, options.end() if options is not None else start, name, in_function=in_function)
    found = expanded(body)
    if name == "run" and found is None and not in_function and _FILE.fullmatch(body[start:].strip()):
        return f'{RUN}("{body[start:].strip()}")'
    if name in MOVING and found is None:
        return _moved(body[start:].strip() if name == "cd" else "-")
    return found if name in HARMLESS else ANYTHING


def expanded(body: str) -> str | None:
    """`!echo {f(x)}`: what is in braces is Python, and runs; None where none of it does anything."""
    for place, found in enumerate(each for each in _BRACES.finditer(body) if each["expression"] is not None):
        inner = _FORMAT.split(found["expression"], maxsplit=1)[0]
        tree = _parsed(inner.strip())
        if tree is None:
            return None  # then IPython leaves the line as it is
        if any(isinstance(node, _RUNNING) for node in ast.walk(tree)):
            is_first = place == 0 and isinstance(tree.body[0], ast.Expr) and not _BROKEN.search(body)
            more = any(each["expression"] for each in _BRACES.finditer(body, found.end()))
            start = found.start("expression")
            return ANYTHING if more or not is_first else "0" + " " * (start - 2) + ";" + inner
    return ANYTHING if "{" in _BRACES.sub("", body) else None


def run(body: str, start: int, name: str, *, in_function: bool) -> str | None:
    """`%time x = f()`: from `start` the line is Python; None where that does nothing."""
    code = body[start:].rstrip()
    if not code:
        return None
    if code.startswith(("%", "!")) or _BROKEN.search(code):
        return ANYTHING
    tree = _parsed(code)
    if tree is None:
        return None if _parsed(code.replace("%", "").replace("!", "")) is None else ANYTHING
    is_local = in_function or name in REPEATING
    if any(isinstance(node, _COMPOUND) for node in tree.body) or (is_local and _binds(tree)):
        return ANYTHING
    opening = "while[]" if name in REPEATING else "0"
    room = start - len(opening) - 1
    return ANYTHING if room < 0 else opening + " " * room + (":" if name in REPEATING else ";") + code


def _binds(tree: ast.Module) -> bool:
    """Whether names are bound, which the place that it runs in does not keep."""
    return any(
        isinstance(node, _BINDING) or (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
        for node in ast.walk(tree)
    )


def _moved(folder: str) -> str:
    found = _FOLDER.fullmatch(folder) if folder else None
    if found is None:
        return MOVED
    up = found["up"].count("..")
    levels = f"({up + 1})" if up else ""
    return MOVED + levels + "".join(f".{name}" for name in found["down"].split("/") if name)


def is_python(code: str) -> bool:
    """Whether Python would compile the text."""
    return _parsed(code) is not None


def _parsed(code: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(code)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    return tree if tree.body else None
