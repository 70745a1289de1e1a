"""The table of rules. Codes are stable; each row has a heading in docs/rules.md and a fixture."""

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType

from msgspec import Struct


class Severity(IntEnum):
    """How loud a finding is; the numbers are LSP's DiagnosticSeverity."""

    ERROR = 1
    WARNING = 2
    INFORMATION = 3
    HINT = 4


class Rule(Struct, frozen=True):
    """One row: a stable code, a name for people, the severity it has unless settings say otherwise.

    A rule that is not `is_on` says nothing until a setting gives it a severity.
    """

    code: str
    name: str
    severity: Severity
    summary: str
    is_on: bool = True

    @property
    def default(self) -> str:
        """The severity by default as settings name it, `off` included."""
        return self.severity.name.lower() if self.is_on else "off"


_ERROR, _WARNING, _INFORMATION, _HINT = Severity

_TABLE = (
    Rule("VH101", "not-static", _ERROR, "a value that cannot be known without running the file"),
    # Only projects that also run `vh yaml step` need to know.
    Rule("VH102", "not-portable", _INFORMATION, "readable here, but not by `vh yaml step`", is_on=False),
    Rule("VH103", "changed-after-definition", _WARNING, "a dict is changed between definition and call"),
    Rule("VH104", "missing-step-name", _ERROR, "no `step=`, or one that is empty or not a string"),
    Rule("VH105", "unknown-argument", _ERROR, "not an argument of `prepare()`"),
    Rule("VH106", "positional-argument", _ERROR, "`prepare()` takes keyword arguments only"),
    Rule("VH107", "unsupported-default", _ERROR, "a default of a type that Valohai does not support"),
    Rule("VH108", "duplicate-step", _ERROR, "a step name used by two calls"),
    Rule("VH109", "duplicate-key", _WARNING, "a duplicate key in a dict"),
    Rule("VH110", "name-clash", _ERROR, "two names that the command line cannot tell apart"),
    Rule("VH111", "invalid-name", _ERROR, "a name that Valohai or the command line cannot use"),
    Rule("VH112", "invalid-definition", _ERROR, "a definition that contradicts itself or the schema"),
    Rule(
        "VH113",
        "local-input",
        _INFORMATION,
        "a local path as an input default: it works here, but not on Valohai",
    ),
    Rule("VH121", "undeclared-name", _WARNING, "a parameter or input is read that no step declares"),
    Rule("VH122", "unused-name", _HINT, "declared, but never read in the file"),
    Rule("VH123", "unknown-runtime-name", _WARNING, "a misspelt name of the runtime, such as `.vlaue`"),
    Rule("VH131", "argument-not-taken", _ERROR, "the command passes something that the script refuses"),
    Rule("VH132", "argument-missing", _ERROR, "the script requires an argument that the step does not pass"),
    Rule("VH133", "value-not-taken", _ERROR, "the script refuses the value that the step passes"),
    Rule("VH134", "parameters-not-passed", _WARNING, "the step has parameters, and its command passes none"),
    Rule("VH135", "argument-ignored", _INFORMATION, "the script leaves an argument unread"),
    Rule("VH136", "value-changed", _WARNING, "a value arrives changed in the script"),
    Rule("VH141", "pipeline-name-unknown", _ERROR, "a name or call that fails when the pipeline is made"),
    Rule(
        "VH142",
        "pipeline-setting-left-out",
        _INFORMATION,
        "a setting of a node that valohai.yaml cannot hold",
    ),
    Rule("VH201", "step-missing", _INFORMATION, "the step is not in valohai.yaml"),
    Rule("VH202", "out-of-date", _WARNING, "Python and valohai.yaml differ"),
    Rule("VH203", "command-runs-another-file", _WARNING, "a step's command runs no file that declares it"),
    Rule("VH204", "missing-file", _WARNING, "a command names a file that is not there"),
    Rule("VH205", "requirement-missing", _INFORMATION, "a command installs from a file that is not there"),
    Rule("VH301", "yaml-syntax", _ERROR, "valohai.yaml cannot be read"),
    Rule("VH302", "schema", _ERROR, "a key or value that Valohai does not take, or one that is missing"),
    Rule("VH303", "duplicate-yaml-name", _ERROR, "a duplicate name in valohai.yaml"),
    Rule("VH304", "unknown-in-command", _WARNING, "a placeholder or folder that the step does not have"),
    Rule("VH305", "invalid-value", _ERROR, "a value that its type, limits or choices do not allow"),
    Rule("VH306", "broken-reference", _ERROR, "a name of something that is not there"),
    Rule("VH307", "no-effect", _WARNING, "something that Valohai ignores"),
    Rule("VH308", "changed-by-yaml", _WARNING, "YAML reads a value other than the one written"),
    Rule("VH309", "loose-type", _INFORMATION, "a default whose type is not the parameter's"),
    Rule("VH310", "awkward-name", _WARNING, "a name that a command line, shell or edge cannot use"),
    Rule("VH311", "open-end", _INFORMATION, "a node that no edge touches, or an input that nothing fills"),
    Rule("VH312", "doubtful-edge", _WARNING, "an edge that is there twice, or is spelled in another way"),
    Rule("VH401", "broken-ignore", _WARNING, "an ignore comment with a list that is broken or names no rule"),
)

RULES: Mapping[str, Rule] = MappingProxyType({rule.code: rule for rule in _TABLE})
