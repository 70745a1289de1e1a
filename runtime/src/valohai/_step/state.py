"""The one step that this process runs: its values, from whatever declared them.

Values: command line, over ``$VH_CONFIG_DIR/{parameters,inputs}.json`` (per name: a name that the file lacks
keeps its default), over the defaults of ``prepare()``.
"""

import os
import sys

from .arguments import Arguments, BadArgument, own_arguments, read_arguments
from .definition import Definition, define, same_name, undeclared

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Optional


class Step:
    """A declared step and the values that reached it.

    ``inputs`` maps a name to what the input consists of: a list of URIs and paths, or the dict that Valohai
    wrote for it. ``overridden`` has the names of inputs that the command line gave.
    """

    __slots__ = ("definitions", "image", "input_definitions", "inputs", "name", "overridden", "parameters")

    def __init__(self, name: "Optional[str]" = None, image: "Optional[str]" = None) -> None:
        self.name = name
        self.image = image
        self.definitions: dict[str, Definition] = {}
        self.input_definitions: dict[str, dict[str, Any]] = {}
        self.parameters: dict[str, Any] = {}
        self.inputs: dict[str, Any] = {}
        self.overridden: set[str] = set()


class Process:
    """What lives as long as the process.

    ``run`` names the folder of this run's outputs; ``only_copies`` are archives whose originals were removed;
    ``unpacked`` maps an archive, as it was, to the folder of its files.
    """

    __slots__ = ("only_copies", "run", "step", "unpacked")

    def __init__(self) -> None:
        self.step: Optional[Step] = None
        self.run: Optional[str] = None
        self.only_copies: set[str] = set()
        self.unpacked: dict[tuple[str, int, int], str] = {}


process = Process()


def current_step() -> "Step":
    """The step that ``prepare()`` made, or one of the configuration files alone if it was not called."""
    if process.step is None:
        process.step = load_step(Step(), declared=False)
    return process.step


def config_folder() -> str:
    """The folder of Valohai's configuration files; here, to spare most runs the module ``paths``."""
    return os.environ.get("VH_CONFIG_DIR") or (
        "/valohai/config" if os.environ.get("VH_JOB_ID") else ".valohai/config"
    )


def declare(step: "Step", parameters: "Mapping[str, Any]", inputs: "Mapping[str, Any]") -> None:
    """Fill in the definitions. Raises ValueError that names the clash or the impossible definition."""
    where = f"prepare(step={step.name!r})"
    if not isinstance(step.name, str) or not step.name.strip() or _leads_up(step.name):
        raise ValueError(f"{where}: the step needs a name, without '..' between slashes; add step=\"train\"")
    spelled: dict[str, str] = {}
    for what, names in (("parameter", parameters), ("input", inputs)):
        if not hasattr(names, "items"):
            kind = type(names).__name__
            raise ValueError(f"{where}: default_{what}s is a {kind}; give a dict of names and values")
        for name in names:
            _check_name(where, what, name)
            other = spelled.setdefault(same_name(name), f"{what} {name!r}")
            if other != f"{what} {name!r}":
                raise ValueError(
                    f"{where}: {what} {name!r} and {other} have the same name on the command line; rename one"
                )
    for name, declared in parameters.items():
        step.definitions[name] = _definition(where, name, declared)
    for name, declared in inputs.items():
        step.input_definitions[name] = _input_definition(where, name, declared)
    if any(each.templates for each in step.definitions.values()):
        _check_spellings(where, step)


def _check_spellings(where: str, step: "Step") -> None:
    from .templates import check_spellings

    try:
        check_spellings(step.definitions, step.input_definitions)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from None


def _definition(where: str, name: str, declared: "Any") -> "Definition":
    try:
        return define(name, declared)
    except ValueError as error:
        raise ValueError(f"{where}: parameter {name!r}: {error}") from None


def _check_name(where: str, what: str, name: "Any") -> None:
    if not isinstance(name, str) or not name or name.startswith("-") or "=" in name:
        article = "an" if what == "input" else "a"
        raise ValueError(
            f"{where}: {name!r} cannot be the name of {article} {what}; "
            "give a string without '=' and without '-' in front"
        )
    if name == "help":
        raise ValueError(f"{where}: {what} 'help' clashes with --help; rename it")
    if what == "input" and (_leads_up(name) or name[0] in "/\\"):
        raise ValueError(
            f"{where}: {name!r} cannot be the name of an input, whose folder it names; rename it"
        )


def _leads_up(name: str) -> bool:
    return ".." in name.replace("\\", "/").split("/") or "\0" in name


def _input_definition(where: str, name: str, declared: "Any") -> "dict[str, Any]":
    definition: dict[str, Any] = {"default": declared}
    if isinstance(declared, dict):
        from .attributes import input_attributes

        try:
            definition = input_attributes(name, declared)
        except ValueError as error:
            raise ValueError(f"{where}: input {name!r}: {error}") from None
    default = definition.get("default")
    uris = default if isinstance(default, (list, tuple)) else [] if default is None else [default]
    try:
        definition["default"] = [_uri(each) for each in uris if each != ""]
    except TypeError:
        raise ValueError(
            f"{where}: input {name!r}: default is {default!r}; give a URI, a path, or a list of these"
        ) from None
    return definition


def _uri(stated: "Any") -> str:
    """A URI or path as a string. Raises TypeError for what is neither (a path of bytes among them)."""
    path = os.fspath(stated)
    if isinstance(path, str):
        return path
    raise TypeError


def load_step(step: "Step", *, declared: bool = True) -> "Step":
    """Give every parameter and input of ``step`` its value.

    ``declared`` says that ``prepare()`` was called: only then ``--help`` and unknown arguments are its
    business. Ends the process with exit code 2 and one line on stderr for a bad command line value.
    """
    path = _configuration("parameters.json")
    if path is not None:
        from .configuration import read_configuration

        _take_parameters(step, path, read_configuration(path))
    step.parameters = {**{name: each.default for name, each in step.definitions.items()}, **step.parameters}
    step.inputs = {name: each["default"] for name, each in step.input_definitions.items()}
    path = _configuration("inputs.json")
    if path is not None:
        from .configuration import read_inputs

        declared_names = {same_name(name): name for name in step.inputs}
        for name, said in read_inputs(path).items():
            step.inputs[declared_names.get(same_name(name), name)] = said
    _override(step, declared=declared)
    return step


def _configuration(filename: str) -> "Optional[str]":
    """The path of a configuration file that is there."""
    path = f"{config_folder()}/{filename}"
    try:
        os.stat(path)
    except OSError:
        return None
    return path


def _take_parameters(step: "Step", path: str, values: "dict[str, Any]") -> None:
    declared = {same_name(name): name for name in step.definitions}
    for spelled, value in values.items():
        name = spelled if spelled in step.definitions else declared.get(same_name(spelled), spelled)
        definition = step.definitions.get(name)
        if definition is None:
            definition = step.definitions[name] = undeclared(name, value)
        try:
            step.parameters[name] = None if value is None else definition.from_value(value)
        except ValueError as error:
            raise ValueError(f"{path}: parameter {name!r}: {error}") from None


def _override(step: "Step", *, declared: bool) -> None:
    tokens = own_arguments()
    if not tokens:
        return
    try:
        found = read_arguments(tokens, step.definitions, step.inputs)
    except BadArgument as error:
        if declared:
            _say(f"error: {error} (step {step.name!r}; see --help)")
            raise SystemExit(2) from None
        _say(f"warning: {error}; the value in parameters.json is used")
        return
    if declared and found.help:
        from .help import help_lines

        inputs = {name: step.input_definitions.get(name, {}) for name in step.inputs}
        _print_lines("\n".join(help_lines(step.name, step.image, step.definitions.values(), inputs)))
        raise SystemExit(0)
    if declared and found.unknown:
        _warn_of_unknown(step, found)
    step.parameters.update(found.parameters)
    step.inputs.update(found.inputs)
    step.overridden.update(found.inputs)


def _warn_of_unknown(step: "Step", found: "Arguments") -> None:
    from .nearest import describe_unknown

    _say(f"warning: {describe_unknown(found.unknown, [*step.definitions, *step.inputs])}")


def _print_lines(text: str) -> None:
    """Print to standard output; what its encoding lacks is written as ``\\u2192``."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    print(text.encode(encoding, "backslashreplace").decode(encoding))  # noqa: T201  # what --help is for


def _say(message: str) -> None:
    if sys.stderr is None:
        return  # print() would take standard output instead
    program = os.path.basename(str(sys.argv[0])) or "python"
    # An argument may hold a line break, or bytes that are no text: it is one line all the same.
    line = "".join(each if each.isprintable() else repr(each)[1:-1] for each in message)
    print(f"{program}: {line}", file=sys.stderr)  # noqa: T201  # a line for the person at the command line
