"""Names in the texts of a step: placeholders, flags, the folders of inputs, and the files that it runs."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from msgspec import Struct, field

from valohai_steps.drift.commands.runs import files_run
from valohai_steps.model.patterns import pattern
from valohai_steps.model.text import Span

# What Valohai replaces in a command (`valohai_yaml.commands`); `{parameters}` names none.
_PLACEHOLDER = pattern(r"\{(?:parameter|parameter-value):([^{}\n]+)\}")
_INPUT_FOLDER = pattern(
    r"""(?:/valohai/inputs|\$VH_INPUTS_DIR|\$\{VH_INPUTS_DIR\})/([^/\s"'*?;&|<>(){}$\\]+)"""
)
_FLAG = pattern(r"""(?<![^\s"'=])--([^\s"'=]+)(?=[=\s"']|\Z)""")
_SIMPLE_COMMAND = pattern(r"(?:[^;&|\n]|(?<=[0-9>])&(?=[0-9]))+")


class PythonSide(Struct, frozen=True):
    """What Python says of a step: its parameters, and the files that declare it, as its commands name them.

    `parameters` are by name with `-` for `_`.
    """

    sources: frozenset[str] = frozenset()
    parameters: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def flag(self, flag: str) -> tuple[str, int] | None:
        """The parameter that `--flag` sets, and how much of the flag stands before its name (`no-`)."""
        for start in (0, len("no-") if flag.startswith("no-") else 0):
            name = self.parameters.get(flag[start:].replace("_", "-"))
            if name is not None:
                return name, start
        return None


def placeholders(command: str) -> Iterator[tuple[str, Span]]:
    """The parameters that a command names in braces, each with its place in the text."""
    yield from ((found[1], Span(*found.span(1))) for found in _PLACEHOLDER.finditer(command))


def names_folders(text: str) -> bool:
    """Whether a text may name the folder of an input."""
    return "/valohai/inputs/" in text or "VH_INPUTS_DIR" in text


def input_folders(command: str) -> Iterator[tuple[str, Span]]:
    """The inputs that a command, or Python, names by their folder."""
    yield from ((found[1], Span(*found.span(1))) for found in _INPUT_FOLDER.finditer(command))


def flags(text: str, side: PythonSide) -> Iterator[tuple[str, Span]]:
    """The parameters that a text such as `--learning-rate={v}` passes to a `prepare()` call."""
    for found in _FLAG.finditer(text):
        flag = side.flag(found[1])
        if flag is not None:
            yield flag[0], Span(found.start(1) + flag[1], found.end(1))


def flags_of_command(command: str, side: PythonSide, source_path: str | None) -> Iterator[tuple[str, Span]]:
    """The same for a command, in those of its parts that run a file which declares the step.

    Flags of other programs, and of files that read their own command line, are theirs.
    """
    sources = {name.rpartition("/")[2] for name in side.sources}
    for part in _SIMPLE_COMMAND.finditer(command) if sources else ():
        found = list(flags(part[0], side))
        run = {name.rpartition("/")[2] for name in files_run(part[0], source_path)} if found else set()
        if run & sources:
            yield from ((name, span.shifted(part.start())) for name, span in found)
