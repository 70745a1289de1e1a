"""Pictures of Python: a file, the facts of its calls, and its findings. `UPDATE_GOLDEN=1` writes both anew.

Marks for what an eye does not see: `␍` is a carriage return, `⌘` a byte order mark, `⇥` a tab, `␌` a form
feed.
"""

from pathlib import Path

import pytest

from tests.pictures import Picture, check_sections, pictures_in, render_findings
from tests.source.facts import render_facts
from valohai_steps.source.python_file import read_module

PICTURES = pictures_in(Path(__file__).parent / "pictures")
MARKS = {"␍": "\r", "⌘": "\ufeff", "⇥": "\t", "␌": "\f"}
# The rules about Python alone; those about valohai.yaml have their pictures where both sides are read.
RULES = {f"VH1{number:02}" for number in (*range(1, 14), 21, 22, 23)}


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_the_file_reads_like_its_picture(picture: Picture) -> None:
    ((name, text),) = picture.sources.items()
    for mark, character in MARKS.items():
        text = text.replace(mark, character)
    file = read_module(text)
    findings = render_findings({name: text}, [(name, problem) for problem in file.problems])
    check_sections(picture, {"facts": render_facts(file), "findings": _visible(findings)})


def test_every_rule_about_python_has_a_picture() -> None:
    findings = "".join(picture.sections.get("findings", "") for picture in PICTURES)
    assert {rule for rule in RULES if f" {rule} " not in findings} == set()


def _visible(text: str) -> str:
    for mark, character in MARKS.items():
        text = text.replace(character, mark)
    return text
