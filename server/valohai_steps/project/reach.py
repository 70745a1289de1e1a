"""How far the files of a repository reach: what they name lies in the workspace folder or the repository."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from valohai_steps.drift.requirement_lines import is_requirement
from valohai_steps.model.text import Span
from valohai_steps.project.files import UnreadableFile, exists
from valohai_steps.project.settings import Settings, merge_settings, setting_span

_SETTINGS = "pyproject.toml"
_YAML_SUFFIXES = (".yaml", ".yml")


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
    real = Path(os.path.realpath(root))
    top = next((folder for folder in (real, *real.parents) if exists(folder / ".git")), real)
    return tuple(dict.fromkeys((real, top)))


def outside(path: Path, reach: Sequence[Path]) -> Path | None:
    """What the path leads to when links are resolved, if that is out of reach; else None.

    What git keeps for itself is nobody's to write.
    """
    return real_outside(Path(os.path.realpath(path)), reach)


def real_outside(real: Path, reach: Sequence[Path]) -> Path | None:
    """The same of a path whose links are resolved already."""
    inside = [real.relative_to(folder) for folder in reach if real.is_relative_to(folder)]
    kept = not inside or any(part.lower() == ".git" for part in inside[0].parts)
    return real if kept else None


def veto(path: Path, confines: Sequence[Path]) -> UnreadableFile | None:
    """Why a file is not read for somebody who was given these folders alone; None when it may be.

    Without any, all may be; settings count wherever they are found.
    """
    if not confines or path.name == _SETTINGS:
        return None
    try:
        found = outside(path, confines)
    except (OSError, ValueError) as error:
        return UnreadableFile(path, f"names no path: {error}")
    if found is None:
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
    if not settings.yaml.endswith(_YAML_SUFFIXES):
        return f"must name a .yaml file, not {settings.yaml!r}"
    return flaw_of_place(home.parent / settings.yaml, reach)


def flaw_of_place(path: Path, reach: Sequence[Path]) -> str | None:
    """Why a path that a file of the repository names may not be written."""
    try:
        found = outside(path, reach)
    except (OSError, ValueError) as error:
        return f"names no path: {error}"
    return None if found is None else f"leads to {found}, outside of this project; name a file inside of it"


def _flaw_of_runtime(settings: Settings) -> str | None:
    if is_requirement(settings.runtime):
        return None
    return f"must be one requirement such as 'valohai-utils>=0.7', not {settings.runtime!r}"
