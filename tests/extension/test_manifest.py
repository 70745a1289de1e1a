"""The extension's manifest: its settings are the server's, its commands exist, its lock names no registry."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

from valohai_steps import __version__
from valohai_steps.agents.tools import TOOLS
from valohai_steps.lsp.methods import COMMANDS
from valohai_steps.model.rules import RULES
from valohai_steps.project.settings.settings import SETTING_NAMES

ROOT = Path(__file__).parents[2]
EXTENSION = ROOT / "vscode-extension"


def manifest() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((EXTENSION / "package.json").read_text("utf-8"))
    return found


def configuration() -> dict[str, Any]:
    found: dict[str, Any] = manifest()["contributes"]["configuration"]["properties"]
    return found


def test_the_settings_are_those_of_the_server_and_a_few_of_its_own() -> None:
    own = {"saveAfterUpdate", "updateOnSave", "interpreter", "importStrategy", "trace.server"}
    names = {name.removeprefix("valohai-steps.") for name in configuration()}
    assert names == {*SETTING_NAMES, *own}
    sent = re.search(
        r"SERVER_SETTINGS = \[(.+)\] as const", (EXTENSION / "src" / "settings.ts").read_text("utf-8")
    )
    assert sent is not None
    assert tuple(re.findall(r"'(\w+)'", sent[1])) == SETTING_NAMES


def test_each_setting_is_explained_in_the_manual() -> None:
    headings = re.findall(r"^## (.+)$", (ROOT / "docs" / "settings.md").read_text("utf-8"), re.MULTILINE)
    assert headings == list(SETTING_NAMES)
    readme = (EXTENSION / "README.md").read_text("utf-8")
    for name in configuration():
        assert f"`{name.removeprefix('valohai-steps.')}`" in readme or f"`{name}`" in readme, name


def test_no_default_goes_before_pyproject() -> None:
    """VS Code sends only what a person has set; a default here would also be shown as if it counted."""
    shared = {name: value for name, value in configuration().items() if name[14:] in SETTING_NAMES}
    assert {name: value["default"] for name, value in shared.items() if "default" in value} == {}


def test_each_rule_can_be_chosen_in_the_settings() -> None:
    levels = ["error", "warning", "information", "hint", "off"]
    names = "|".join(rule.name for rule in RULES.values())
    expected = {
        "properties": {
            code: {"type": "string", "enum": levels, "description": f"{rule.name}: {rule.summary}"}
            for code, rule in RULES.items()
        },
        "patternProperties": {f"^({names})$": {"type": "string", "enum": levels}},
    }
    if os.environ.get("UPDATE_GOLDEN"):
        content = manifest()
        content["contributes"]["configuration"]["properties"]["valohai-steps.rules"].update(expected)
        (EXTENSION / "package.json").write_text(json.dumps(content, indent=2) + "\n", "utf-8")
        subprocess.run(["npm", "run", "--silent", "format"], cwd=EXTENSION, check=True)
    rules = configuration()["valohai-steps.rules"]
    assert {name: rules[name] for name in expected} == expected, "UPDATE_GOLDEN=1 writes them"
    assert rules["additionalProperties"] is False


def test_agents_get_the_tools_of_the_server_that_write_nothing() -> None:
    expected = [
        {
            "name": f"valohai_{tool.name}",
            "toolReferenceName": f"valohai_{tool.name}",
            "displayName": tool.title,
            "modelDescription": tool.description,
            "userDescription": tool.description.partition(". ")[0].rstrip(".") + ".",
            "canBeReferencedInPrompt": True,
            "icon": "$(checklist)",
            "tags": ["valohai"],
            "inputSchema": tool.input_schema,
        }
        for tool in TOOLS.values()
        if not tool.writes
    ]
    if os.environ.get("UPDATE_GOLDEN"):
        content = manifest()
        content["contributes"]["languageModelTools"] = expected
        (EXTENSION / "package.json").write_text(json.dumps(content, indent=2) + "\n", "utf-8")
        subprocess.run(["npm", "run", "--silent", "format"], cwd=EXTENSION, check=True)
    assert manifest()["contributes"]["languageModelTools"] == expected, "UPDATE_GOLDEN=1 writes them"


def test_the_server_for_agents_is_offered_under_the_name_that_is_registered() -> None:
    (provider,) = manifest()["contributes"]["mcpServerDefinitionProviders"]
    source = (EXTENSION / "src" / "agents.ts").read_text("utf-8")
    (name,) = re.findall(r"registerMcpServerDefinitionProvider\(`\$\{SECTION\}\.(\w+)`", source)
    assert provider["id"] == f"valohai-steps.{name}"


def test_the_extension_has_the_version_of_the_server() -> None:
    assert manifest()["version"] == __version__


PROGRAMS = ("valohai-steps.interpreter", "valohai-steps.importStrategy")


def test_settings_that_name_a_program_or_a_place_are_restricted() -> None:
    names = ("interpreter", "importStrategy", "yaml", "requirements", "runtime")
    assert manifest()["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"] == [
        f"valohai-steps.{name}" for name in names
    ]
    assert {configuration()[name]["scope"] for name in PROGRAMS} == {"machine-overridable"}


def test_every_command_that_is_offered_is_registered_and_no_other() -> None:
    """Either the extension registers it, or the server does and the extension stands in between."""
    sources = "".join(path.read_text("utf-8") for path in (EXTENSION / "src").glob("*.ts"))
    registered = re.findall(r"registerCommand\(`\$\{SECTION\}\.(\w+)`, \(", sources)
    handled = re.findall(r"\['valohai-steps\.(\w+)', ", sources)
    offered = [
        command["command"].removeprefix("valohai-steps.") for command in manifest()["contributes"]["commands"]
    ]
    # These two are for the server's actions alone.
    assert sorted([*offered, "confirmRemoval", "goTo"]) == sorted([*registered, *handled])


def test_every_command_of_the_server_is_there_before_the_server_is() -> None:
    """The extension registers them, vscode-languageclient none: one that is missed is "not found"."""
    source = (EXTENSION / "src" / "commands.ts").read_text("utf-8")
    handled = re.findall(r"\['valohai-steps\.(\w+)', ", source)
    (forwarded,) = re.findall(r"\.\.\.\[([^\]]+)\]\.map", source)
    assert sorted([*handled, *re.findall(r"\w+", forwarded)]) == sorted(
        command.name.removeprefix("valohai-steps.") for command in COMMANDS
    )


def test_no_snippet_is_offered_without_regard_to_where_it_would_stand() -> None:
    """A snippet of the extension knows no place: behind `valohai.` it wrote `valohai.valohai.`."""
    assert "snippets" not in manifest()["contributes"]


def test_the_walkthrough_ticks_what_has_happened_and_not_what_was_clicked() -> None:
    (walkthrough,) = manifest()["contributes"]["walkthroughs"]
    events = [step["completionEvents"] for step in walkthrough["steps"]]
    assert all(event.startswith("onContext:valohai-steps.tour.") for each in events for event in each)
    sources = "".join(path.read_text("utf-8") for path in (EXTENSION / "src").glob("*.ts"))
    for (event,) in events:
        assert f"done('{event.rpartition('.')[2]}')" in sources


def test_no_address_of_a_registry_is_in_the_lock() -> None:
    lock = (EXTENSION / "package-lock.json").read_text("utf-8")
    assert '"resolved"' not in lock
    assert "http://" not in lock
