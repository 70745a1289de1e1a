"""The table of tools: what each is called, takes and answers, and what it does to files."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from msgspec import Struct, ValidationError, convert, json

from valohai_steps.agents.answer import Answer, ToolError
from valohai_steps.agents.findings import Checked, CheckInput, check
from valohai_steps.agents.graphs import DrawnPipelines, GraphInput, graph
from valohai_steps.agents.rules import RuleExplained, RuleInput, explain_rule
from valohai_steps.agents.schema import SchemaAnswer, SchemaInput, schema_of
from valohai_steps.agents.steps import DescribedStep, StepInput, describe_step
from valohai_steps.agents.surroundings import Surroundings
from valohai_steps.agents.updates import UpdateDone, UpdateInput, UpdatePreview, preview_update, update


class Tool(Struct, frozen=True):
    """A row: `takes` and `answers` are the types of its arguments and of its content."""

    name: str
    title: str
    description: str
    takes: type[Struct]
    answers: type[Struct]
    run: Callable[[Surroundings, Any], Answer]
    writes: bool = False
    whole_workspace: bool = False

    def read(self, arguments: Mapping[str, Any]) -> Struct:
        """The arguments as this tool takes them. Raises ToolError for others."""
        try:
            return convert(arguments, self.takes)
        except UnicodeError as error:  # half a character, which no string of msgspec holds
            raise ToolError(f"{self.name}: {error}") from error
        except ValidationError as error:
            raise ToolError(f"{self.name}: {_in_words(str(error))}") from error

    @property
    def input_schema(self) -> dict[str, Any]:
        """The JSON schema of the arguments."""
        return _schema(self.takes)

    @property
    def output_schema(self) -> dict[str, Any]:
        """The JSON schema of the content."""
        return _schema(self.answers)


_TABLE = (
    Tool(
        "check",
        "Check Valohai steps",
        "Every finding in valohai.prepare() calls, in the scripts that steps run, and in valohai.yaml: what "
        "is wrong, where, and what to do. Nothing is run and nothing is written. Call it after each change.",
        CheckInput,
        Checked,
        check,
    ),
    Tool(
        "explain_rule",
        "Explain a finding",
        "What a code such as VH202 means, with a wrong and a right example.",
        RuleInput,
        RuleExplained,
        explain_rule,
    ),
    Tool(
        "describe_step",
        "Describe a step",
        "One step on both sides: what Python declares, what valohai.yaml has, how they differ, the findings, "
        "the command that Valohai runs with the defaults, and the command that runs the step here.",
        StepInput,
        DescribedStep,
        describe_step,
        whole_workspace=True,
    ),
    Tool(
        "preview_update",
        "Preview the update of valohai.yaml",
        "The unified diff that update would write, without writing it; or why update would refuse.",
        UpdateInput,
        UpdatePreview,
        preview_update,
    ),
    Tool(
        "update",
        "Update valohai.yaml from Python",
        "Write valohai.yaml (and the runtime's line in requirements.txt) from valohai.prepare() calls: "
        "all files or none; comments and everything that Python does not own stay as they are. Parameters "
        "and inputs that Python no longer declares are removed, unless something still uses them. Never edit "
        "by hand what this tool writes.",
        UpdateInput,
        UpdateDone,
        update,
        writes=True,
    ),
    Tool(
        "schema_of",
        "Keys of an object of valohai.yaml",
        "The keys of a step, parameter, input, pipeline, edge and so on: what each takes, whether it is "
        "required, and what it means. Read it before you write valohai.yaml by hand.",
        SchemaInput,
        SchemaAnswer,
        schema_of,
    ),
    Tool(
        "graph",
        "Draw pipelines",
        "Pipelines as nodes, edges and a drawing, with what is broken in them.",
        GraphInput,
        DrawnPipelines,
        graph,
        whole_workspace=True,
    ),
)

TOOLS: Mapping[str, Tool] = MappingProxyType({tool.name: tool for tool in _TABLE})


def names_in(asked: Struct) -> tuple[str, ...]:
    """The paths among the arguments of a tool."""
    path = getattr(asked, "path", None)
    return (*getattr(asked, "paths", ()), *(() if path is None else (path,)))


def _schema(kind: type[Struct]) -> dict[str, Any]:
    _, parts = json.schema_components([kind], ref_template="#/$defs/{name}")
    whole = parts.pop(kind.__name__)
    return {**whole, **({"$defs": parts} if parts else {})}


def _in_words(message: str) -> str:
    """A message of msgspec as ours: lower case, and the argument by its name."""
    what, _, place = message.partition(" - at `$.")
    said = what[:1].lower() + what[1:].replace("Object ", "")
    said = said.replace("object contains", "there is an").replace("object missing", "the call lacks the")
    return f"{said.replace('field', 'argument')}{f', at {place.removesuffix(chr(96))}' if place else ''}"
