"""Calls of libraries that run code which stands in strings, or functions that they know by name."""

from collections.abc import Iterator

from valohai_steps.model.patterns import pattern
from valohai_steps.source.evaluation.evaluator import Evaluator
from valohai_steps.source.evaluation.uses.mentions import mentions
from valohai_steps.source.evaluation.uses.tracing.calls.callees import definition_of
from valohai_steps.source.tree.nodes import called_at
from valohai_steps.source.tree.syntax import Node, Syntax, field, parts

# They evaluate quoted annotations; only one that calls something changes anything, or that asks a class of
# the program, which may be named nowhere else.
_HINTS = (
    *(("typing", "get_type_hints"), ("typing_extensions", "get_type_hints"), ("inspect", "get_annotations")),
    *(("inspect", "signature"), ("inspect", "Signature"), ("functools", "singledispatch")),
    ("functools", "singledispatchmethod"),
)
_CALLS = pattern(r"""["'][^"'\n(]{0,200}\w(\()|\\(?:x28|u0028|U00000028|0?50|N\{LEFT P)""")
_ASKED = (*("__class_getitem__", "__getitem__", "__or__", "__ror__", "__getattr__", "__getattribute__"),)
_CHANGING = ("subscript", "attribute", "assignment", "named_expression")
# Their objects run a string.
_RUNNERS = (("cProfile", "Profile"), ("profile", "Profile"), ("bdb", "Bdb"), ("pdb", "Pdb"))
_RUN = ("run", "runctx", "runeval")
# They run strings, or functions, in names of their own.
_TIMERS = (("timeit", "timeit"), ("timeit", "Timer"), ("timeit", "repeat"))
_TIMED = ("stmt", "setup")
_IMPORTS = pattern(r"import|exec|eval|\{")
_FOUND_BY_NAME = ("setUpModule", "tearDownModule", "load_tests")


def texts_run(program: Evaluator) -> Iterator[Node]:
    """Every such place of a text."""
    hints = [node for hint in _HINTS for node in mentions(program, *hint)]
    is_asked = any(map(program.syntax.names, _ASKED)) or any(True for _ in _annotations_changed(program))
    if hints and (is_asked or _has_call_in_string(program.syntax)):
        yield from hints
    if any(program.syntax.names(word) for word in _RUN):
        yield from (node for runner in _RUNNERS for node in mentions(program, *runner))
    if any(program.syntax.names(word) for word in _FOUND_BY_NAME):
        yield from mentions(program, "unittest", "main")
    yield from (node for timer in _TIMERS for node in mentions(program, *timer) if not _times(program, node))
    yield from mentions(program, "ctypes", "pythonapi")
    for expression in mentions(program, "pickle", "loads"):
        call = called_at(expression)
        given = [] if call is None else parts(field(call, "arguments"))
        if given and given[0].type in ("string", "concatenated_string"):
            yield expression


def _has_call_in_string(syntax: Syntax) -> bool:
    """Whether a string that may be an annotation calls something: none in front of a call in the code."""
    for match in _CALLS.finditer(syntax.text):
        if match[1] is None:
            return True
        node = syntax.node_at(match.start(1), match.end(1))
        string = node.parent if node.type == "string_content" else node
        if string is not None and string.type in ("string", "ERROR"):
            holder = string.parent
            if holder is None or holder.type != "expression_statement":  # which is a docstring
                return True
    return False


def _times(program: Evaluator, timer: Node) -> bool:
    """Whether a timer runs functions that are read here, or strings that import nothing."""
    call = called_at(timer)
    given = [] if call is None else parts(field(call, "arguments"))
    for index, each in enumerate(given):
        name = field(each, "name")
        value = field(each, "value") if each.type == "keyword_argument" else each
        word = (*_TIMED, "timer", "number")[min(index, 3)] if name is None else program.syntax.name(name)
        if value is None or word == "globals" or (name is None and index > 3):
            return False
        if word not in _TIMED:
            continue
        is_string = value.type in ("string", "concatenated_string")
        if is_string and _IMPORTS.search(program.syntax.source(value)) is not None:
            return False
        if not is_string and definition_of(program, value) is None:
            return False
    return call is not None


def _annotations_changed(program: Evaluator) -> Iterator[Node]:
    """`f.__annotations__["a"] = text`."""
    for word in ("__annotations__", "__annotate__"):
        for node in program.syntax.names(word):
            holder = node.parent if node.parent is not None and node.parent.type == "attribute" else node
            if holder.parent is not None and holder.parent.type in _CHANGING:
                yield node
