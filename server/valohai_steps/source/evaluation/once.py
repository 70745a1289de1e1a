"""Questions to a whole program that are answered once, however often they are asked."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from valohai_steps.source.evaluation.evaluator import Evaluator
from valohai_steps.source.tree.scope import Scopes

_Asked = ParamSpec("_Asked")
_Found = TypeVar("_Found")


def once(
    find: Callable[Concatenate[Evaluator, _Asked], Iterable[_Found]],
) -> Callable[Concatenate[Evaluator, _Asked], tuple[_Found, ...]]:
    """The same function, which looks through a program once for the same arguments.

    What it finds depends on them and on the program alone, and holds nodes, not the program: it is kept for
    as long as that.
    """
    known: WeakKeyDictionary[Scopes, dict[tuple[object, ...], tuple[_Found, ...]]] = WeakKeyDictionary()

    @wraps(find)
    def found(program: Evaluator, /, *args: _Asked.args, **kwargs: _Asked.kwargs) -> tuple[_Found, ...]:
        answers, asked = known.setdefault(program.scopes, {}), (*args, *kwargs.items())
        if asked not in answers:
            answers[asked] = tuple(find(program, *args, **kwargs))
        return answers[asked]

    return found
