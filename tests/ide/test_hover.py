"""Pictures of hover, on both sides. `UPDATE_GOLDEN=1` writes them anew."""

from pathlib import Path

import pytest

from tests.pictures import Picture, pictures_in
from valohai_steps.ide.hover.hover import hover
from valohai_steps.model.rules import RULES
from valohai_steps.project.rule_pages import rule_page
from valohai_steps.project.workspace import Workspace

ROOT = Path("/workspace")


@pytest.mark.parametrize(
    "picture", pictures_in(Path(__file__).parent / "hover"), ids=lambda picture: picture.name
)
def test_hover_looks_like_its_picture(picture: Picture) -> None:
    workspace = Workspace([ROOT])
    for title, text in picture.sources.items():
        workspace.put(ROOT / title, text, None)
    name, offset = picture.cursor
    found = hover(workspace.snapshot, ROOT / name, offset)
    if found is None:
        picture.check("hover", "nothing")
        return
    about = picture.sources[name][found.span.start : found.span.end]
    picture.check("hover", f"on {about}\n\n{found.markdown}")


@pytest.mark.parametrize("code", RULES)
def test_the_page_of_each_rule_begins_with_a_sentence_to_show(code: str) -> None:
    page = rule_page(code)
    assert page is not None
    beginning = page.split("\n\n")[1].replace("\n", " ")
    severity, _, sentences = beginning.partition(".** ")
    assert severity in ("**Off", "**Error", "**Warning", "**Information", "**Hint")
    assert 20 < len(sentences.partition(". ")[0]) < 240
    assert sentences.partition(". ")[0].count("`") % 2 == 0
