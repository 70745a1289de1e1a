"""The pictures that `make screenshots` takes: small, and the same wherever they are shown."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PICTURES = sorted((ROOT / "docs" / "pictures").glob("*.png"))
_SHOWN = sorted((ROOT / "vscode-extension" / "media").glob("*.png"))
MEDIA = [picture for picture in _SHOWN if picture.stem != "icon"]


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: str(picture.name))
def test_a_picture_is_small(picture: Path) -> None:
    assert picture.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert picture.stat().st_size <= 80_000


@pytest.mark.parametrize("picture", MEDIA, ids=lambda picture: str(picture.name))
def test_the_walkthrough_shows_the_pictures_of_the_documentation(picture: Path) -> None:
    assert picture.read_bytes() == (ROOT / "docs" / "pictures" / picture.name).read_bytes()
    pages = [page.read_text("utf-8") for page in (ROOT / "vscode-extension" / "walkthrough").glob("*.md")]
    assert any(f"](../media/{picture.name})" in page for page in pages)


def test_there_are_pictures() -> None:
    assert {"overview.png", "update.png", "drift.png"} <= {picture.name for picture in PICTURES}
    assert MEDIA
