"""The words of the command line: its commands, their help, and what people type who know other tools."""

from collections.abc import Mapping
from types import MappingProxyType

_EXIT_CODES = """\
exit codes: 0 done or clean; 1 would change (update --check), or a warning or error was found (check);
2 usage, unreadable input, refused"""

MAIN = f"""\
examples:
  valohai-steps update train.py      write the step of train.py to valohai.yaml
  valohai-steps update               the same for every file of the project
  valohai-steps update --check       in CI: exit 1 and print the diff if anything would change
  valohai-steps check                what is wrong, and where
  valohai-steps rules VH202          what a finding means and what to do

{_EXIT_CODES}
"""

_UPDATE = f"""\
examples:
  valohai-steps update train.py eval.ipynb     two files: both are written, or none
  valohai-steps update --diff                  look first
  valohai-steps update --check                 in CI
  valohai-steps update --yaml ml/valohai.yaml  another file than the nearest valohai.yaml upwards

Only what Python says is touched: parameters, inputs, image, environment. Comments, commands and all else
in valohai.yaml stay byte for byte. The runtime (valohai-utils) is added to the requirements.txt that the
step's command installs, if none is there.

{_EXIT_CODES}
"""

_CHECK = f"""\
examples:
  valohai-steps check                                   the project
  valohai-steps check --output-format github            annotations in GitHub Actions
  valohai-steps check --output-format gitlab            Code Quality in GitLab
  valohai-steps check --output-format sarif > out.sarif for code scanning
  valohai-steps check - --stdin-filename train.py < train.py

Information and hints are printed and do not fail. `# valohai: ignore[VH102]` on the line switches a
finding off, `rules` in [tool.valohai-steps] of pyproject.toml a rule.

{_EXIT_CODES}
"""


_GRAPH = """\
examples:
  valohai-steps graph                           every pipeline, as text
  valohai-steps graph nightly --format mermaid  for a page of Markdown
  valohai-steps graph nightly --format svg > nightly.svg
  valohai-steps graph --file pipeline.py        what main(config) makes there, without running it

A stage waits for those above it. ✗ marks what is broken, with the reason; that is no failure of the command.

exit codes: 0 drawn; 2 usage, no such pipeline, unreadable input
"""

_MCP = f"""\
It needs the package mcp: pip install 'valohai-steps[mcp]'. What it reads and writes stays inside of the
folders that --root names; without it, of those that the client names, else of the folder it is started in.

{_EXIT_CODES}
"""

COMMANDS = MappingProxyType(
    {
        "update": ("Write valohai.yaml from Python files, notebooks and folders", _UPDATE),
        "check": ("Show findings, the same as in the editor", _CHECK),
        "show": ("Print the YAML of a file's steps as a new valohai.yaml would hold it; writes nothing", ""),
        "graph": ("Draw the pipelines of valohai.yaml, or the one that a Python file makes", _GRAPH),
        "rules": ("List the rules, or explain one", ""),
        "server": ("Run the language server, for editors to start", ""),
        "mcp": ("Run the server for coding agents (Model Context Protocol), for them to start", _MCP),
    }
)


# What people type who know other tools -> what it is called here.
INSTEAD: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("init", "sync", "write", "generate", "apply", "fix"), "valohai-steps update"),
        **dict.fromkeys(("lint", "validate", "diagnose"), "valohai-steps check"),
        **dict.fromkeys(
            ("diff", "plan", "preview", "status", "-n", "--dry-run", "--diff"), "valohai-steps update --diff"
        ),
        **dict.fromkeys(("explain", "rule"), "valohai-steps rules"),
        **dict.fromkeys(("lsp", "serve"), "valohai-steps server"),
        **dict.fromkeys(("agent", "agents", "mcp-server"), "valohai-steps mcp"),
        **dict.fromkeys(("dag", "draw", "pipeline", "pipelines"), "valohai-steps graph"),
        "--fix": "valohai-steps update",
        "run": "python FILE",
        "-q": "--quiet",
        "-o": "--output-format",
        "--format": "--output-format",
    }
)
SAME_AS: Mapping[str, str] = MappingProxyType({"version": "--version", "-v": "--version", "-V": "--version"})
