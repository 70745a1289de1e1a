"""The notices of what others wrote and the VS Code extension brings along: names, versions, licences."""

import json
import zipfile
from collections.abc import Iterable, Iterator
from email.parser import HeaderParser
from pathlib import Path

_LICENCES = ("license", "licence", "copying", "notice", "authors")
_RULE = "-" * 80


def notices(wheels: Iterable[Path], modules: Path, bundle: Path) -> str:
    """The text of ThirdPartyNotices.txt: each package of the wheels and of the bundled JavaScript once.

    `bundle` is esbuild's account of what is in the bundle, `modules` the folder node_modules. Raises
    ValueError for a package without a licence.
    """
    found: dict[str, str] = {}
    for title, text in (*map(_of_wheel, sorted(wheels)), *_of_bundle(modules, bundle)):
        if not text.strip():
            raise ValueError(f"{title} has no licence; look for it, and add it in {__file__}")
        found.setdefault(title, text.strip())
    parts = [f"{_RULE}\n{title}\n{_RULE}\n\n{text}\n" for title, text in sorted(found.items(), key=_by_name)]
    return "\n".join(["This extension contains the following packages.\n", *parts])


def _by_name(item: tuple[str, str]) -> str:
    return item[0].lower()


def _of_wheel(wheel: Path) -> tuple[str, str]:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        metadata = HeaderParser().parsestr(
            archive.read(next(name for name in names if name.endswith(".dist-info/METADATA"))).decode()
        )
        texts = [archive.read(name).decode() for name in sorted(names) if _is_licence(name)]
    stated = (
        metadata["License-Expression"]
        or metadata["License"]
        or _classified(metadata.get_all("Classifier", []))
    )
    return f"{metadata['Name']} {metadata['Version']} (Python)", "\n\n".join([stated or "", *texts])


def _is_licence(name: str) -> bool:
    return ".dist-info/" in name and Path(name).name.lower().startswith(_LICENCES)


def _classified(classifiers: Iterable[str]) -> str:
    names = [each.rpartition(" :: ")[2] for each in classifiers if each.startswith("License ::")]
    return ", ".join(names)


def _of_bundle(modules: Path, bundle: Path) -> Iterator[tuple[str, str]]:
    for name in sorted(_bundled(bundle)):
        folder = modules / name
        package = json.loads((folder / "package.json").read_text("utf-8"))
        texts = [
            file.read_text("utf-8")
            for file in sorted(folder.iterdir())
            if file.name.lower().startswith(_LICENCES)
        ]
        stated = str(package.get("license", ""))
        yield f"{package['name']} {package['version']} (JavaScript)", "\n\n".join([stated, *texts])


def _bundled(bundle: Path) -> set[str]:
    """The packages of which the bundle has a part; one inside another counts for itself."""
    found = set()
    for source in json.loads(bundle.read_text("utf-8"))["inputs"]:
        _, inside, rest = source.partition("node_modules/")
        if inside:
            words = rest.split("/")
            nested = [place for place, word in enumerate(words) if word == "node_modules"]
            start = nested[-1] + 1 if nested else 0
            end = start + (2 if words[start].startswith("@") else 1)
            found.add("/".join(words[:end]))
    return found
