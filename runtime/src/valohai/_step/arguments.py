"""The command line over declared parameters and inputs.

``--name=value`` and ``--name value``; ``-`` and ``_`` in a name are the same; exact names only. The
arguments are read, never removed: ``sys.argv`` stays as it is for the user's own parser, for
``multiprocessing`` children and for launchers that start the script again with it.
"""

import sys

from .definition import is_flag_word, option_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, Optional

    from .definition import Definition

# Programs whose command line is their own: what runs inside them reads none of it.
_HOSTS = frozenset(
    (
        "accelerate", "celery", "colab_kernel_launcher", "deepspeed", "gunicorn", "hypercorn",
        "ipykernel", "ipykernel_launcher", "ipython", "ipython3", "jupyter", "papermill", "py.test",
        "pytest", "sphinx-build", "torchrun", "unittest", "uvicorn",
    )
)  # fmt: skip
# torch.distributed.launch adds it to every script's command line.
_LAUNCHER_FLAGS = ("local_rank",)
_LONGEST = 100  # characters of a value in a message


class BadArgument(Exception):
    """A command line value that its parameter or input cannot take; the message is one line for the user."""


class Arguments:
    """What the command line says: values of parameters, URIs of inputs, and the rest."""

    __slots__ = ("help", "inputs", "parameters", "unknown")

    def __init__(self) -> None:
        self.parameters: dict[str, Any] = {}
        self.inputs: dict[str, list[str]] = {}
        self.unknown: list[str] = []
        self.help = False


class _Option:
    """What one spelling on the command line reaches.

    ``constant`` is the value of one that takes none. ``greedy`` takes the next argument, whatever it looks
    like: Valohai writes ``-l -x`` for ``pass-as: -l {v}`` and the value ``-x``.
    """

    __slots__ = ("constant", "definition", "greedy", "name")

    def __init__(
        self,
        name: str,
        definition: "Optional[Definition]",
        constant: "Optional[bool]" = None,
        *,
        greedy: bool = False,
    ) -> None:
        self.name = name
        self.definition = definition
        self.constant = constant
        self.greedy = greedy


def own_arguments() -> list[str]:
    """The arguments of the script, without its name; none inside pytest, a notebook kernel or the like."""
    argv = getattr(sys, "argv", None) or [""]
    head, _, program = str(argv[0]).replace("\\", "/").rpartition("/")
    if program == "__main__.py":
        program = head.rpartition("/")[2]
    for suffix in (".py", ".exe", "-script"):
        if program.endswith(suffix):
            program = program[: -len(suffix)]
    program = program.rpartition(" ")[2]  # `python -m unittest`
    foreign = program in _HOSTS or program.startswith("jupyter-")
    return [] if foreign else [str(each) for each in argv[1:]]


def read_arguments(
    tokens: list[str], parameters: "dict[str, Definition]", inputs: "Iterable[str]"
) -> "Arguments":
    """Read ``tokens`` (``sys.argv[1:]``); later values of one parameter win, those of a list add up.

    Raises BadArgument for a value that is missing or that its parameter cannot take.
    """
    found = Arguments()
    options = _options(parameters, inputs)
    rest = tokens[::-1]
    while rest:
        token = rest.pop()
        if token == "--":  # noqa: S105  # no password
            break
        if token in ("--help", "-h"):
            found.help = True
        elif not _read_option(token, rest, options, found):
            found.unknown.append(token)
    _join_lists(found, parameters)
    return found


def _options(parameters: "dict[str, Definition]", inputs: "Iterable[str]") -> "dict[str, _Option]":
    options: dict[str, _Option] = {}
    for name, definition in parameters.items():
        if definition.templates:
            from .templates import spellings

            for each in spellings(definition):
                options[each.key] = _Option(name, definition, each.constant, greedy=each.greedy)
        if definition.kind == "flag":
            options.setdefault(option_key(f"--no-{name}"), _Option(name, definition, constant=False))
    for name, definition in parameters.items():
        options[option_key(f"--{name}")] = _Option(name, definition)
    for name in inputs:
        options[option_key(f"--{name}")] = _Option(name, None)
    return options


def _read_option(token: str, rest: list[str], options: "dict[str, _Option]", found: "Arguments") -> bool:
    whole = options.get(option_key(token))
    if whole is not None and whole.constant is not None and whole.definition is not None:
        _add(found, whole.definition, token, str(whole.constant))  # `pass-true-as: --mode=fast`, too
        return True
    flag, equals, text = token.partition("=")
    option = options.get(option_key(flag))
    if option is None:
        if not equals and rest and _looks_like_option(token) and not _looks_like_option(rest[-1]):
            rest.pop()  # most likely the unknown option's value: one warning, not two
        return flag[2:].replace("-", "_") in _LAUNCHER_FLAGS
    if option.definition is None:
        uris = found.inputs.setdefault(option.name, [])
        uris += [text] if text else [] if equals else _following(flag, rest)
    elif option.constant is not None:
        raise BadArgument(f"{token}: {flag} takes no value; leave out ={text}")
    elif equals:
        _add(found, option.definition, flag, text)
    else:
        greedy = option.greedy and bool(rest)
        value = rest.pop() if greedy else _value_after(flag, option.definition, rest)
        _add(found, option.definition, flag, value)
    return True


def _following(flag: str, rest: list[str]) -> list[str]:
    uris = []
    while rest and not _looks_like_option(rest[-1]):
        uris.append(rest.pop())
    if not uris:
        raise BadArgument(f"{flag}: no URI or path given; write {flag}=URI, or {flag} URI [URI ...]")
    return uris


def _value_after(flag: str, definition: "Definition", rest: list[str]) -> str:
    if definition.kind == "flag" and definition.sequence is None:
        return rest.pop() if rest and is_flag_word(rest[-1]) else "true"
    if rest and not _looks_like_option(rest[-1]):
        return rest.pop()
    hint = f" (for a value that begins with a dash: {flag}={rest[-1]})" if rest else ""
    raise BadArgument(f"{flag}: no value given; write {flag}=VALUE{hint}")


def _add(found: "Arguments", definition: "Definition", flag: str, text: str) -> None:
    try:
        if definition.sequence is None:
            found.parameters[definition.name] = definition.from_text(text)
        else:
            values = found.parameters.setdefault(definition.name, [])
            values += [definition.from_text(item) for item in definition.split(text)]
    except ValueError as error:
        shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
        raise BadArgument(f"{flag}={shown}: {error}") from None


def _join_lists(found: "Arguments", parameters: "dict[str, Definition]") -> None:
    for name, value in found.parameters.items():
        sequence = parameters[name].sequence
        if sequence is tuple:
            found.parameters[name] = tuple(value)


def _looks_like_option(token: str) -> bool:
    """``-x`` and ``--name``; not a lone dash, negative numbers, or text with a blank before any ``=``."""
    if len(token) < 2 or token[0] != "-":
        return False
    if token[1] in ".0123456789" or token.lower() in ("-inf", "-nan", "-infinity"):
        return not _is_number(token)
    return " " not in token.partition("=")[0]


def _is_number(token: str) -> bool:
    try:
        float(token)
    except ValueError:
        # A list of numbers that begins with a negative one.
        return all(character in "-+.,;:eE0123456789 " for character in token)
    return True
