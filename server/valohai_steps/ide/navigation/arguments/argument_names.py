"""The names of arguments of scripts: their flags, what reads their values, and what passes them."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct, field

from valohai_steps.config.model.items import FLAG_ATTRIBUTES
from valohai_steps.config.model.names import texts_of, value_of
from valohai_steps.config.reader import YamlFile, YamlStep
from valohai_steps.drift.commands.runs import files_run
from valohai_steps.ide.command_line.bindings import script_runs
from valohai_steps.ide.navigation.arguments.script_names import Flags, ScriptNames
from valohai_steps.ide.navigation.names.occurrence import Occurrence, Symbol, SymbolKind
from valohai_steps.ide.navigation.names.yaml_names import YamlPage, page_of
from valohai_steps.model.patterns import pattern
from valohai_steps.model.text import Span
from valohai_steps.project.snapshot import Snapshot

_FLAG = pattern(r"""(?<![^\s"'=])(-[^\s"'={]+)(?=[=\s"']|\Z)""")
_SIMPLE_COMMAND = pattern(r"(?:[^;&|\n]|(?<=[0-9>])&(?=[0-9]))+")


class ArgumentNames(Struct):
    """The arguments around one valohai.yaml.

    `linked` are names of one thing: of a parameter and the argument that it sets, of an argument's flags.
    `tied` are those of them that can only be renamed together. `unread` is, by step, a script whose arguments
    are not known for certain now.
    """

    occurrences: list[Occurrence] = field(default_factory=list)
    linked: list[tuple[Symbol, Symbol]] = field(default_factory=list)
    tied: list[tuple[Symbol, Symbol]] = field(default_factory=list)
    unread: dict[str, Path] = field(default_factory=dict)


def argument_names(
    snapshot: Snapshot, yaml: Path, file: YamlFile, is_imported: Callable[[Path], bool]
) -> ArgumentNames:
    """All of it; `is_imported` tells whether another file imports a script."""
    found, scripts = ArgumentNames(), dict[Path, ScriptNames]()
    flags: dict[str, dict[Path, Flags]] = {}
    for run in script_runs(snapshot, yaml, file.steps):
        path, parser = Path(run.script.path), run.script.fact.parser
        if run.script.fact.stale or parser is None or parser.open:
            found.unread[run.step.name] = path
        if run.script.fact.stale or parser is None:
            continue
        script = scripts.get(path)
        if script is None:
            others = _elsewhere(snapshot, path) if run.script.fact.library == "absl" else ()
            script = ScriptNames(snapshot, run.script, is_imported=is_imported(path), elsewhere=others)
            scripts[path] = script
            found.occurrences += script.occurrences()
            found.linked += script.aliases()
        flags.setdefault(run.step.name, {})[path] = script.flags()
        for item, argument in run.taken():
            pair = (
                Symbol(SymbolKind.PARAMETER, item.name, run.step.name),
                script.symbol(item.name, argument),
            )
            found.linked.append(pair)
            if pair[0].name == pair[1].name and not (argument.is_positional and script.keeps(argument)):
                found.tied.append(pair)
    page = page_of(yaml, file)
    for step in file.steps:
        found.occurrences += _in_yaml(page, step, flags.get(step.name, {}))
    return found


def _elsewhere(snapshot: Snapshot, script: Path) -> list[str]:
    """The texts of the other Python files: the flags of absl are those of the whole program."""
    others = (path for path in sorted(snapshot.sources | set(snapshot.documents)) if path != script)
    return [snapshot.readable_text(path) for path in others if path.suffix == ".py"]


def _in_yaml(page: YamlPage, step: YamlStep, known: Mapping[Path, Flags]) -> Iterator[Occurrence]:
    """The flags that a step writes out: in what its parameters pass, and in its commands."""
    for item in step.parameters if known else ():
        for key in FLAG_ATTRIBUTES:
            for node in texts_of(value_of(item.node, key)):
                for flags in known.values():
                    for symbol, part in _flags_in(str(node.value), flags):
                        yield from page.part(symbol, node, part)
    stated = step.get("source-path")
    source = str(stated.value) if stated is not None else None
    for node in texts_of(value_of(step.node, "command")) if known else ():
        for match in _SIMPLE_COMMAND.finditer(str(node.value)):
            run = {name.rpartition("/")[2] for name in files_run(match[0], source)}
            for path, flags in known.items():
                for symbol, part in _flags_in(match[0], flags) if path.name in run else ():
                    yield from page.part(symbol, node, part.shifted(match.start()))


def _flags_in(text: str, flags: Flags) -> Iterator[tuple[Symbol, Span]]:
    for match in _FLAG.finditer(text):
        symbol = flags.get(match[1])
        if symbol is not None:
            yield symbol, Span(match.end(1) - len(symbol.name), match.end(1))
