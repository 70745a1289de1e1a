"""The images, environments and stores that the workspace uses, those used most first; nothing is parsed."""

import re
from collections.abc import Iterator
from pathlib import Path

from valohai_steps.drift.declaration import DEFAULT_IMAGE
from valohai_steps.ide.completion.item import KnownName
from valohai_steps.ide.completion.yaml.page import Page, most_used
from valohai_steps.model.step import Static, StepFact
from valohai_steps.project.binding import is_yaml
from valohai_steps.project.disk.files import readable

_QUOTED = r""""[^"\n]*"|'[^'\n]*'"""
_ON_ITS_LINE = r"""^[ \t]*(?:-[ \t]+)*%s:[ \t]+(""" + _QUOTED + r"""|[^\s"'#&*!|>\[{][^\n]*)"""
_BETWEEN_BRACKETS = r"""[{,][ \t]*%s:[ \t]+(""" + _QUOTED + r"""|[^\s"'#&*!,{}\[\]]+)"""


def values_used(page: Page, key: str) -> Iterator[KnownName]:
    """What is behind `image`, `environment` or `upload-store` anywhere but at the cursor."""
    used = [*most_used(iter([*_in_files(page, key), *_in_python(page, key)]))]
    yield from used
    standard = page.snapshot.settings(page.path).image or DEFAULT_IMAGE
    if key == "image" and all(known.name != standard for known in used):
        yield KnownName(standard, "the image of new steps")


def _in_files(page: Page, key: str) -> Iterator[str]:
    name = re.escape(key)
    patterns = [re.compile(each % name, re.MULTILINE) for each in (_ON_ITS_LINE, _BETWEEN_BRACKETS)]
    slot = page.place.slot
    for path, text in _texts(page):
        for pattern in patterns:
            for found in pattern.finditer(text):
                is_here = path == page.path and found.start(1) <= slot.end and slot.start <= found.end(1)
                value = _value(found[1])
                if value and not is_here:
                    yield value


def _value(written: str) -> str:
    if written[0] in "\"'":
        return written[1:-1]
    return written.partition(" #")[0].rstrip()


def _texts(page: Page) -> Iterator[tuple[Path, str]]:
    """Every valohai.yaml of the workspace with its text, this one as it is now."""
    yield page.path, page.place.outline.text
    snapshot = page.snapshot
    paths = sorted(snapshot.sources | set(snapshot.documents))
    for path in dict.fromkeys(snapshot.yaml_path(path) for path in paths):
        if path == page.path or not is_yaml(path):
            continue
        text = readable(snapshot.text(path))
        if text:
            yield path, text


def _in_python(page: Page, key: str) -> Iterator[str]:
    for _, step in page.snapshot.steps_of(page.path):
        value = _stated(step, key)
        if isinstance(value, Static) and isinstance(value.value, str) and value.value:
            yield value.value


def _stated(step: StepFact, key: str) -> object:
    return {"image": step.image, "environment": step.environment, "upload-store": step.upload_store}[key]
