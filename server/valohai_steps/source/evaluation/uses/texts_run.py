"""Calls of libraries that run code which stands in strings, or functions that they know by name."""

from collections.abc import Iterator

from valohai_steps.model.patterns import pattern
from valohai_steps.source.evaluation.evaluator import Evaluator
from valohai_steps.source.evaluation.uses.mentions import called_at, mentions
from valohai_steps.source.tree.syntax import Node, field, parts

# They evaluate quoted annotations; only one that calls something changes anything.
_HINTS = (
    *(("typing", "get_type_hints"), ("typing_extensions", "get_type_hints"), ("inspect", "get_annotations")),
    *(("inspect", "signature"), ("inspect", "Signature"), ("functools", "singledispatch")),
    ("functools", "singledispatchmethod"),
)
_CALLS = pattern(r"""["'][^"'\n(]{0,200}\w\(""")
# Their objects run a string.
_RUNNERS = (("cProfile", "Profile"), ("profile", "Profile"), ("bdb", "Bdb"), ("pdb", "Pdb"))
_RUN = ("run", "runctx", "runeval")
_FOUND_BY_NAME = ("setUpModule", "tearDownModule", "load_tests")


def texts_run(program: Evaluator) -> Iterator[Node]:
    """Every such place of a text."""
    text = program.syntax.text
    hints = [node for hint in _HINTS for node in mentions(program, *hint)]
    if hints and _CALLS.search(text) is not None:
        yield from hints
    if any(program.syntax.names(word) for word in _RUN):
        yield from (node for runner in _RUNNERS for node in mentions(program, *runner))
    if any(program.syntax.names(word) for word in _FOUND_BY_NAME):
        yield from mentions(program, "unittest", "main")
    yield from mentions(program, "ctypes", "pythonapi")
    for expression in mentions(program, "pickle", "loads"):
        call = called_at(expression)
        given = [] if call is None else parts(field(call, "arguments"))
        if given and given[0].type in ("string", "concatenated_string"):
            yield expression
