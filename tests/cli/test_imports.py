"""What the command line does not import: the language server and what only few files need."""

import subprocess
import sys
from pathlib import Path

import pytest

TRAIN = "import valohai\nvalohai.prepare(step='train', default_parameters={'lr': 0.1})\n"
# The first names of modules. The server's come to 200 ms, a JSON schema's validator to 100.
SERVER = {"asyncio", "cattrs", "jsonschema", "lsprotocol", "mcp", "pydantic", "pygls", "valohai_yaml"}
SELDOM = {"tomllib", "tomli", "zipfile"}
PROBE = """\
import sys
from valohai_steps.cli.main import main
code = main(sys.argv[1:])
print(code, *sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
print(*(name for name in sys.modules if name.startswith("valohai_steps.")), file=sys.stderr)
"""


# Of ours: what plans edits is not for findings, what reads scripts and pipelines is for files that have some.
COMMAND_LINES = (
    "source.command_line.reader",
    "source.command_line.libraries",
    "source.command_line.interpreter",
)
# What a value is that is no literal: names, calls, members, and what may have changed it before the call.
COMPUTED = (
    "source.evaluation.names",
    "source.evaluation.members",
    "source.evaluation.library",
    "source.evaluation.uses",
    "source.evaluation.modules.star_imports",
    "source.evaluation.modules.whole_program",
    "source.evaluation.outlines.hooks",
    "source.evaluation.outlines.import_bindings",
    "source.evaluation.outlines.import_statements",
    "source.evaluation.outlines.outlines",
    "source.evaluation.outlines.search_path",
    "source.evaluation.forms.operators",
)
# What a healthy file of one step does not need: mistakes, fixes, other items, scripts without prepare().
MISTAKES = (
    "config.checks.others",
    "config.items.verdict_fixes",
    "config.references.pipelines",
    "config.tree.syntax_errors",
    "config.used_names",
    "drift.command_line.differences",
    "drift.command_line.matching",
    "project.settings.rule_pages",
    "source.command_line",
    "source.pipelines.pipeline_file",
)
PIPELINES = ("drift.pipelines.catalogue", "drift.pipelines.judging", "source.pipelines.reader")
# An update of one value: no pipeline, removal, journal of a killed run, flow style, missing end of line.
OTHER_EDITS = (
    "config.lint.values",
    "config.rendering.containers.flow",
    "drift.pipelines",
    "ide.update.pipelines.planning",
    "config.rendering.end_of_file",
    "project.readings.command_lines",
    "project.writing.recovery",
)
# Findings, scripts, what a command runs, and words that are misspelt.
UNNEEDED = ("config.checks", "config.items", "cli.scripts", "drift.commands.runs", "model.near_names")
EDITS = ("config.proof", "config.rendering.rewrite", "config.edits.change", "ide.update.update")
SERVERS = ("lsp", "mcp", "agents")
# What each command goes without: first names of modules, and modules or rooms of ours.
COMMANDS = [
    (
        "update train.py",
        SERVER | SELDOM | {"difflib", "json"},
        (*COMPUTED, *MISTAKES, *PIPELINES, *OTHER_EDITS, *UNNEEDED),
    ),
    ("update --diff train.py", SERVER | SELDOM, (*COMMAND_LINES, *PIPELINES)),
    ("update", SERVER, PIPELINES),
    (
        "check train.py",
        SERVER | SELDOM | {"json"},
        (*COMPUTED, *MISTAKES, *PIPELINES, *EDITS, "config.tree.comments"),
    ),
    ("show train.py", SERVER | SELDOM, ()),
    ("rules", SERVER | SELDOM, ("ide",)),
]
TREE = Path(__file__).parents[2] / "server" / "valohai_steps"


def imported(folder: Path, *arguments: str) -> tuple[str, set[str], set[str]]:
    """The exit code, the top-level modules, and those of ours (without the first name), after a command."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    *_, modules, ours = done.stderr.split("\n")[:-1]
    code, *names = modules.split()
    return code, set(names), {name.partition(".")[2] for name in ours.split()}


@pytest.mark.parametrize(
    ("command", "unwanted", "ours"),
    COMMANDS,
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_command_imports_only_what_it_uses(
    tmp_path: Path, command: str, unwanted: set[str], ours: tuple[str, ...]
) -> None:
    (tmp_path / "train.py").write_text(TRAIN)
    (tmp_path / "valohai.yaml").write_text("- step: {name: other, image: python, command: python other.py}\n")
    code, modules, own = imported(tmp_path, *command.split())
    assert code in "01"
    assert modules & unwanted == set()
    unused = (*SERVERS, *ours)
    assert [name for name in own if any(f"{name}.".startswith(f"{each}.") for each in unused)] == []


def test_what_is_not_imported_is_there() -> None:
    # A name that nothing has any longer would forbid nothing.
    named = {*SERVERS, *(name for _, _, ours in COMMANDS for name in ours)}
    places = {name: TREE.joinpath(*name.split(".")) for name in named}
    gone = {
        name
        for name, place in places.items()
        if not (place / "__init__.py").exists() and not place.with_suffix(".py").exists()
    }
    assert gone == set()


@pytest.mark.parametrize(("command", "most"), [("check train.py", 208), ("update train.py", 194)])
def test_a_healthy_step_takes_a_part_of_the_modules(tmp_path: Path, command: str, most: int) -> None:
    # An empty module takes 0.3 million instructions to be found and loaded, the usual one 0.7.
    (tmp_path / "train.py").write_text(TRAIN)
    (tmp_path / "requirements.txt").write_text("valohai-utils\n")
    (tmp_path / "valohai.yaml").write_text(
        "- step:\n    name: train\n    image: python\n    command: python train.py {parameters}\n"
        "    parameters:\n      - {name: lr, type: float, default: 0.2}\n"
    )
    code, _, own = imported(tmp_path, *command.split())
    assert code in "01"
    assert "drift.siblings" not in own  # what a new step or item looks like
    assert len(own) <= most
