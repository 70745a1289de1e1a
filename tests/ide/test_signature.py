"""Pictures of the help that stands over the cursor: `>name<` is the part that is being written."""

from pathlib import Path

import pytest

from tests.pictures import Picture, pictures_in
from valohai_steps.ide.signature import signature
from valohai_steps.project.workspace import Workspace

ROOT = Path("/workspace")


@pytest.mark.parametrize(
    "picture", pictures_in(Path(__file__).parent / "signature"), ids=lambda picture: picture.name
)
def test_the_signature_looks_like_its_picture(picture: Picture) -> None:
    workspace = Workspace([ROOT])
    for title, text in picture.sources.items():
        workspace.put(ROOT / title, text, None)
    name, offset = picture.cursor
    found = signature(workspace.snapshot, ROOT / name, offset)
    if found is None:
        picture.check("signature", "nothing")
        return
    active = found.parts[found.active]
    start, end = active.span.start, active.span.end
    marked = f"{found.label[:start]}>{found.label[start:end]}<{found.label[end:]}"
    picture.check("signature", f"{marked}\n{found.documentation}\n\n{active.documentation}")
