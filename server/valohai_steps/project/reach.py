"""How far the files of a repository reach: what they name lies in the workspace folder or the repository."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from valohai_steps.drift.commands.requirement_lines import is_requirement
from valohai_steps.model.text import Span
from valohai_steps.project.binding import is_yaml
from valohai_steps.project.disk.files import UnreadableFile, exists, name_flaw, real_path
from valohai_steps.project.settings.settings import Settings, merge_settings, setting_span

_SETTINGS = "pyproject.toml"


class RefusedSetting(Struct, frozen=True):
    """A setting of `path`, a pyproject.toml, that keeps an update from writing. `reason` says why."""

    name: str
    path: Path
    span: Span
    reason: str


class EffectiveSettings(Struct, frozen=True):
    """The settings for a folder, a sentence for each that could not be used, and those that are refused."""

    settings: Settings
    problems: tuple[str, ...] = ()
    refused: tuple[RefusedSetting, ...] = ()


def reach_of(root: Path) -> tuple[Path, ...]:
    """The workspace folder and the repository that it belongs to, links resolved."""
    real = real_path(root)
    top = next((folder for folder in (real, *real.parents) if exists(folder / ".git")), real)
    return tuple(dict.fromkeys((real, top)))


def leads_outside(real: Path, reach: Iterable[Path]) -> bool:
    """Whether a path whose links are resolved is out of reach: outside of all folders, or in what git keeps
    for itself, which is nobody's to write."""
    inside = (real.relative_to(folder) for folder in reach if real.is_relative_to(folder))
    first = next(inside, None)
    return first is None or any(part.lower() == ".git" for part in first.parts)


def veto(path: Path, confines: Sequence[Path]) -> UnreadableFile | None:
    """Why a file is not read for somebody who was given these folders alone; None when it may be.

    Without any, all may be; settings count wherever they are found.
    """
    if not confines or path.name == _SETTINGS:
        return None
    if not leads_outside(real_path(path), confines):
        return None
    folders = ", ".join(map(str, confines))
    why = "so it is not read; work in a folder that holds both"
    return UnreadableFile(path, f"lies outside of the workspace ({folders}), {why}")


def effective_settings(
    home: Path | None,
    stated: tuple[str, Settings, tuple[str, ...]] | UnreadableFile | None,
    overrides: Mapping[str, object],
    reach: Sequence[Path],
) -> EffectiveSettings:
    """The settings of `home`, given as its text and what it says, under those of the editor.

    What a person has set in the editor may lead anywhere. A `home` that cannot be read may say where to
    write: nothing is written then.
    """
    if isinstance(stated, UnreadableFile):
        own, problems = merge_settings(Settings(), overrides, "editor settings")
        why = f"{stated.path.name} cannot be read, its settings are ignored: {stated.why}"
        return EffectiveSettings(
            own, (why, *problems), (RefusedSetting("yaml", stated.path, Span(0, 0), stated.why),)
        )
    text, base, problems = stated or ("", Settings(), ())
    refused = tuple(_refused(home, text, base, reach)) if home is not None else ()
    unset = {each.name: getattr(Settings(), each.name) for each in refused}
    merged, more = (
        merge_settings(replace(base, **unset), overrides, "editor settings") if overrides else (None, ())
    )
    return EffectiveSettings(
        merged or replace(base, **unset),
        (*problems, *more),
        tuple(each for each in refused if overrides.get(each.name) in (None, "")),
    )


def _refused(home: Path, text: str, settings: Settings, reach: Sequence[Path]) -> list[RefusedSetting]:
    reasons = {"yaml": _flaw_of_yaml(home, settings, reach), "runtime": _flaw_of_runtime(settings)}
    return [
        RefusedSetting(name, home, setting_span(text, name), f"{name!r} {reason}")
        for name, reason in reasons.items()
        if reason is not None
    ]


def _flaw_of_yaml(home: Path, settings: Settings, reach: Sequence[Path]) -> str | None:
    if settings.yaml is None:
        return None
    if not is_yaml(Path(settings.yaml)):
        return f"must name a .yaml file, not {settings.yaml!r}"
    return flaw_of_place(home.parent / settings.yaml, reach)


def flaw_of_target(path: Path, reach: Sequence[Path] | None) -> str | None:
    """The same of a valohai.yaml, which must be YAML by its name."""
    return flaw_of_place(path, reach) if is_yaml(path) else "not a .yaml file; name one such as valohai.yaml"


def flaw_of_place(path: Path, reach: Sequence[Path] | None) -> str | None:
    """Why a path may not be written; without `reach` a person has named it, and it may lie anywhere."""
    flaw, real = name_flaw(path), real_path(path)
    if flaw is not None:
        return f"names no path: {flaw}"
    if reach is None or not leads_outside(real, reach):
        return None
    return f"leads to {real}, outside of this project; name a file inside of it"


def _flaw_of_runtime(settings: Settings) -> str | None:
    if is_requirement(settings.runtime):
        return None
    return f"must be one requirement such as 'valohai-utils>=0.7', not {settings.runtime!r}"
