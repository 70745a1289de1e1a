"""Pictures of the lines over steps. `UPDATE_GOLDEN=1` writes them anew."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pictures import Picture, pictures_in
from valohai_steps.ide.code_lens import Click, CodeLens, code_lenses
from valohai_steps.model.text import LineIndex
from valohai_steps.project.workspace import Workspace

ROOT = Path("/workspace")


@pytest.mark.parametrize(
    "picture", pictures_in(Path(__file__).parent / "code_lens"), ids=lambda picture: picture.name
)
def test_the_lenses_look_like_their_picture(picture: Picture) -> None:
    workspace = Workspace([ROOT])
    for name, text in picture.sources.items():
        workspace.put(ROOT / name, text, None)
    shown = [line for name, text in picture.sources.items() for line in _shown(workspace, name, text)]
    picture.check("lenses", "\n".join(shown))


def _shown(workspace: Workspace, name: str, text: str) -> Iterator[str]:
    """Each line with lenses, and below it their titles with what a click does."""
    index = LineIndex(text)
    lines: dict[int, list[str]] = {}
    for lens in code_lenses(workspace.snapshot, ROOT / name):
        lines.setdefault(index.position(lens.span.start, "utf-32")[0], []).append(_lens(lens))
    for line, lenses in lines.items():
        yield f"{name}: {' | '.join(lenses)}"
        yield f"  {text[index.line_start(line) : index.line_end(line)]}"


def _lens(lens: CodeLens) -> str:
    if lens.click is Click.NOTHING:
        return lens.title
    about = " ".join(filter(None, (lens.file.name if lens.file else None, lens.step)))
    return f"[{lens.title}]({lens.click.name.lower()} {about})"
