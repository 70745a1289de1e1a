"""Pictures of hover, on both sides. `UPDATE_GOLDEN=1` writes them anew."""

from pathlib import Path

import pytest

from tests.pictures import Picture, pictures_in
from valohai_steps.ide.hover.hover import hover
from valohai_steps.model.rules import RULES
from valohai_steps.project.settings.rule_pages import rule_page
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


@pytest.mark.parametrize("name", ["train.py", "valohai.yaml"])
def test_no_fence_of_the_users_ends_ours(name: str) -> None:
    workspace = Workspace([ROOT])
    python = 'import valohai\nvalohai.prepare(step="train", default_parameters={"lr": 0.1})\n'
    yaml = (
        "- step:\n    name: train\n    image: python\n    command: |\n      cat <<E\n      ```\n      **E**\n"
        "- task: {name: t, step: train, type: grid_search}\n"
    )
    workspace.put(ROOT / "train.py", python, 1)
    workspace.put(ROOT / "valohai.yaml", yaml, 1)
    text, word = (python, "train") if name == "train.py" else (yaml, "t, step")
    found = hover(workspace.snapshot, ROOT / name, text.index(word))
    assert found is not None
    opening = next(line for line in found.markdown.splitlines() if line.startswith("```"))
    fence = opening.rstrip("yamlsh")
    assert fence == "````"
    assert found.markdown.splitlines().count(fence) == 1
    assert "```" in found.markdown.replace(fence, "")
