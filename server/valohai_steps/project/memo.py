"""What was read and judged, kept between snapshots."""

from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct, field

from valohai_steps.config.reader import YamlFile, YamlStep
from valohai_steps.model.finding import Finding
from valohai_steps.model.step import StepFact
from valohai_steps.project.disk import files
from valohai_steps.project.disk.decoding import decode
from valohai_steps.project.disk.scan import Known
from valohai_steps.project.document import Document
from valohai_steps.project.python.imports import ModuleFile
from valohai_steps.project.python.python_source import PythonSource
from valohai_steps.project.reach import EffectiveSettings
from valohai_steps.project.settings.settings import Settings, read_pyproject
from valohai_steps.project.steps.closed_steps import ClosedSteps
from valohai_steps.project.steps.open_steps import OpenSteps
from valohai_steps.source.evaluation.outlines.dependencies import Dependency
from valohai_steps.source.incremental.reader import PythonReader
from valohai_steps.source.python_file import PythonFile, Syntax

if TYPE_CHECKING:
    from valohai_steps.config.items.file import ItemFile
    from valohai_steps.config.items.part import Part
    from valohai_steps.config.model.items import Declarations
    from valohai_steps.drift.command_line.differences import Difference, ScriptRead
    from valohai_steps.drift.commands.named_files import NamedFile
    from valohai_steps.drift.compare import Drift
    from valohai_steps.drift.declaration import DeclaredStep
    from valohai_steps.model.pipeline import PipelineFact
    from valohai_steps.source.command_line.reader import KeptReading
    from valohai_steps.source.pipelines.pipeline_file import PipelineFile


class ComparedStep(Struct, frozen=True):
    """What was found between a step of Python and its item: it counts for the very same of both, while the
    same files declare a step of its name."""

    part: "Part"
    fact: StepFact
    declaring: tuple[Path, ...]
    findings: tuple[Finding, ...]


class KnownComparison(Struct, frozen=True):
    """A step of Python beside one of valohai.yaml: it counts for the very same of both, and one image."""

    step: StepFact
    found: YamlStep
    image: str
    declared: "DeclaredStep"
    drifts: "tuple[Drift, ...]"


class KnownScript(Struct, frozen=True):
    """What a file takes; `read` is None when it takes nothing, or is not there.

    `imported` are the files that this depends on, as they were. `watched` are the paths of these, and those
    of files that would take their place, or would count, if they were there. `kept` is what the next reading
    starts from, while the file is open.
    """

    text: str | None
    read: "ScriptRead | None"
    imported: tuple[Dependency, ...] = ()
    watched: frozenset[Path] = frozenset()
    kept: "KeptReading | None" = None


class MissingFiles(Struct, frozen=True):
    """What a valohai.yaml names and the disk does not have: by part, the findings and the names that they are
    about; by the lines of a command, each file with one that may be meant.

    `pairs` says with how many files each name is compared; `compares` is whether all that was found was.
    """

    file: "ItemFile"
    findings: list[tuple[Finding, ...]]
    names: list[tuple[str, ...]]
    commands: "dict[tuple[str, ...], tuple[tuple[NamedFile, str | None], ...]]"
    pairs: dict[str, int]
    compares: bool


# How often files were forgotten, the workspace folders, and the open documents but YAML.
StateOfScripts: TypeAlias = tuple[int, tuple[Path, ...], tuple[tuple[Path, Document], ...]]


class JudgedPart(Struct, frozen=True):
    """What was found between the steps of a part and their scripts: it counts for the very same of both.

    `shells` are the texts of the shell scripts between them by name, None for one that is not there. `files`
    are those that decide which scripts these are, what they are passed, and what they take.
    """

    part: "Part"
    names: tuple[tuple[str, ...], ...]
    scripts: "tuple[ScriptRead | None, ...]"
    shells: dict[str, str | None]
    files: frozenset[Path]
    differences: "tuple[Difference, ...]"


class JudgedFile(Struct, frozen=True):
    """The judgement of the parts of a valohai.yaml, by identity, for one state of the scripts."""

    file: "ItemFile"
    state: StateOfScripts
    parts: dict[int, JudgedPart]


class KnownNames(Struct, frozen=True):
    """The `names` of a file: they count for the very same `read` of it, and what others say of it."""

    read: tuple[object, ...]
    others: object
    names: object


class Memo(Struct):
    """What was read and parsed, kept between snapshots; an entry counts only for the same content.

    The counts tell tests and the debug report how much work an edit cost.
    """

    disk: dict[Path, tuple[files.FileSignature, str]] = field(default_factory=dict)
    python: dict[Path, PythonReader] = field(default_factory=dict)
    source: dict[Path, PythonSource] = field(default_factory=dict)
    yaml: dict[Path, YamlFile] = field(default_factory=dict)
    outlined: dict[Path, YamlFile] = field(default_factory=dict)
    declared: "dict[Path, tuple[YamlFile, Declarations]]" = field(default_factory=dict)
    items: "dict[Path, ItemFile]" = field(default_factory=dict)
    compared: dict[tuple[Path, Path, str], ComparedStep] = field(default_factory=dict)
    beside: dict[tuple[Path, Path, str], KnownComparison] = field(default_factory=dict)
    missing: dict[Path, MissingFiles] = field(default_factory=dict)
    scripts: dict[Path, KnownScript] = field(default_factory=dict)
    pipelines: "dict[Path, PipelineFile]" = field(default_factory=dict)
    closed_pipelines: "dict[Path, tuple[object, tuple[tuple[Path, PipelineFact], ...]]]" = field(
        default_factory=dict
    )
    judged: dict[Path, JudgedFile] = field(default_factory=dict)
    arguments: dict[Path, tuple[YamlFile, tuple[object, ...], object]] = field(default_factory=dict)
    named: dict[Path, KnownNames] = field(default_factory=dict)
    running: dict[Path, tuple[YamlFile, dict[str, tuple[YamlStep, ...]]]] = field(default_factory=dict)
    settings: dict[Path, tuple[str, Settings, tuple[str, ...]]] = field(default_factory=dict)
    closed: dict[Path, ClosedSteps] = field(default_factory=dict)
    opened: dict[Path, OpenSteps] = field(default_factory=dict)
    real: dict[Path, Path] = field(default_factory=dict)
    modules: dict[Path, ModuleFile | None] = field(default_factory=dict)
    scanned: Known = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def count(self, what: str, amount: int = 1) -> None:
        """Add to one of the counts."""
        self.counts[what] = self.counts.get(what, 0) + amount

    def text_on_disk(self, path: Path) -> str | files.UnreadableFile | None:
        """The text of a file on the disk, read when it changed; None when there is none."""
        self.count("look-ups on disk")
        found = files.signature(path)
        known = self.disk.get(path)
        if known is not None and known[0] == found:
            return known[1]  # not an equal text, the same: to compare it with what was parsed costs nothing
        data = files.read_if_there(path, files.largest_of(path))
        text = decode(path, data) if isinstance(data, bytes) else data
        if isinstance(text, str) and found is not None:
            self.count("files read")
            self.disk[path] = (found, text)
        return text

    def stated(self, path: Path, text: str) -> tuple[str, Settings, tuple[str, ...]]:
        """The text of a pyproject.toml, what it says, and a sentence for each setting that cannot be used."""
        known = self.settings.get(path)
        if known is None or known[0] != text:
            known = self.settings[path] = (text, *read_pyproject(text))
        return known

    def forget(self, path: Path) -> None:
        """Drop all that is kept of a file."""
        self.count("files forgotten")
        self.closed.clear()
        self.opened.clear()
        self.look_again()
        self.compared.clear()
        self.beside.clear()
        self._forget_scripts(path)
        for kept in (
            self.disk,
            self.python,
            self.source,
            self.yaml,
            self.outlined,
            self.declared,
            self.items,
            self.named,
            self.running,
            self.settings,
            self.real,
        ):
            kept.pop(path, None)
        self.pipelines.pop(path, None)
        self.closed_pipelines.clear()

    def look_again(self) -> None:
        """Drop what says which files are there: one more or less may be the one that a name means."""
        self.missing.clear()
        self.modules.clear()

    def _forget_scripts(self, path: Path) -> None:
        """Drop the scripts that a file has to do with; one that was not there may be now."""
        for other, script in list(self.scripts.items()):
            if other == path or script.text is None or path in script.watched:
                del self.scripts[other]
        if path.suffix not in (".py", ".yaml", ".yml"):  # a shell script may be what a step runs
            self.judged.clear()


class FileRecord(Struct):
    """What was looked up of the disk for one snapshot, once for each folder or file.

    `unreadable` is what could not be read for it, for the log.
    """

    exists: dict[Path, bool] = field(default_factory=dict)
    homes: dict[Path, Path | None] = field(default_factory=dict)
    settings: dict[Path | None, EffectiveSettings] = field(default_factory=dict)
    reaches: dict[Path, tuple[Path, ...]] = field(default_factory=dict)
    tops: dict[Path, Path] = field(default_factory=dict)
    yamls: dict[Path, Path] = field(default_factory=dict)
    python: dict[Path, PythonFile] = field(default_factory=dict)
    syntaxes: dict[Path, Syntax | files.UnreadableFile | None] = field(default_factory=dict)
    unreadable: dict[Path, files.UnreadableFile] = field(default_factory=dict)
    opened: dict[Path, OpenSteps] = field(default_factory=dict)
