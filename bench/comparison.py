"""The table of docs/comparison.md: one edit in Python, and what each tool does to a valohai.yaml.

A case is a folder of tests/fixtures/comparison: a valohai.yaml as a person writes it, and train.py before and
after an edit (before.py, after.py; the edit in words is edit.txt). Ours is `valohai-steps update train.py`,
theirs `vh yaml step train.py` in an environment of its own, with a project linked in a scratch configuration.

    python bench/comparison.py [--vendor PYTHON] [--write]
"""

from __future__ import annotations

import argparse
import difflib
import itertools
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT / "tests" / "fixtures" / "comparison"
PAGE = ROOT / "docs" / "comparison.md"
VENDOR = Path(
    os.environ.get("VALOHAI_STEPS_VENDOR_PYTHON") or Path.home() / ".cache/valohai-steps/vendor/bin/python"
)
MARK = "<!-- what follows is written by bench/comparison.py --write -->\n"
LONGEST_LIST = 4


@dataclass(frozen=True)
class Outcome:
    """What one tool did to one file."""

    lines: int
    comments: int
    keys: tuple[str, ...]
    line_ends_kept: bool
    failure: str = ""

    def loss(self) -> str:
        """What is gone, in words."""
        parts = [f"{self.comments} comment{'s' * (self.comments > 1)}"] if self.comments else []
        if self.keys:
            shown = ", ".join(f"`{key}`" for key in self.keys[:LONGEST_LIST])
            more = f" and {len(self.keys) - LONGEST_LIST} more" if len(self.keys) > LONGEST_LIST else ""
            parts.append(shown + more)
        if not self.line_ends_kept:
            parts.append("the line ends")
        return self.failure or "; ".join(parts) or "nothing"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--vendor", type=Path, default=VENDOR, help="the Python that has valohai-cli")
    parser.add_argument("--write", action="store_true", help="write the table to docs/comparison.md")
    options = parser.parse_args()
    table = "".join(rows(options.vendor))
    if options.write:
        head = PAGE.read_text("utf-8").partition(MARK)[0]
        PAGE.write_text(f"{head}{MARK}\n{table}", encoding="utf-8", newline="\n")
    print(table, end="")


def cases() -> list[Path]:
    """The folders of the cases, in order."""
    return sorted(path for path in CASES.iterdir() if path.is_dir())


def rows(vendor: Path) -> Iterator[str]:
    """The lines of the table."""
    yield "| file | edit in Python | of lines | `valohai-steps update` | loses | `vh yaml step` | loses |\n"
    yield "|---|---|---:|---:|---|---:|---|\n"
    for case in cases():
        us, them = ours(case), theirs(case, vendor)
        yield f"{our_cells(case, us)} {them.lines or '-'} | {them.loss()} |\n"


def our_cells(case: Path, us: Outcome) -> str:
    """The part of a row that needs no other tool."""
    yaml_path = case / "valohai.yaml"
    edit = (case / "edit.txt").read_text("utf-8").strip()
    length = yaml_path.read_bytes().count(b"\n")
    link = f"[{case.name}](../{yaml_path.relative_to(ROOT).as_posix()})"
    return f"| {link} | {edit} | {length} | {us.lines} | {us.loss()} |"


def ours(case: Path) -> Outcome:
    """What `valohai-steps update` does."""
    with tempfile.TemporaryDirectory() as folder:
        lay_out(case, Path(folder))
        command = [sys.executable, "-m", "valohai_steps", "update", "train.py"]
        return run(case, command, Path(folder), {})


def theirs(case: Path, vendor: Path) -> Outcome:
    """What `vh yaml step` does, in a project that a scratch configuration says is linked."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as configuration:
        home = Path(folder).resolve()
        lay_out(case, home)
        links = {"links": {str(home): {"id": "scratch", "name": "scratch"}}}
        (Path(configuration) / "config.json").write_text(json.dumps(links), encoding="utf-8")
        environment = {"VALOHAI_CONFIG_DIR": configuration, "HOME": configuration}
        return run(case, [str(vendor.parent / "vh"), "yaml", "step", "train.py"], home, environment)


def lay_out(case: Path, folder: Path) -> None:
    """The project after the edit, before a tool has run."""
    (folder / "valohai.yaml").write_bytes((case / "valohai.yaml").read_bytes())
    (folder / "train.py").write_bytes((case / "after.py").read_bytes())
    (folder / "requirements.txt").write_text("valohai-utils\n", encoding="utf-8")


def run(case: Path, command: list[str], folder: Path, environment: dict[str, str]) -> Outcome:
    """Run a tool in the folder and judge the valohai.yaml it leaves."""
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONUTF8": "1", **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    before = (case / "valohai.yaml").read_bytes().decode("utf-8")
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip() or "no message").splitlines()[-1]
        return Outcome(0, 0, (), line_ends_kept=True, failure=f"fails: {last}")
    after = (folder / "valohai.yaml").read_bytes().decode("utf-8")
    return judged(before, after, removed(case))


def judged(before: str, after: str, asked: frozenset[str]) -> Outcome:
    """Lines changed (removed and added), and what is lost beside what was asked for."""
    old, new = before.splitlines(), after.splitlines()
    diff = difflib.unified_diff(old, new, n=0, lineterm="")
    lines = sum(line[:1] in "+-" and not line.startswith(("+++", "---")) for line in diff)
    lost = [path for path in keys(before) - keys(after) if not any(name in path for name in asked)]
    names = Counter(path[-1] for path in lost)
    comments = comment_texts(before) - comment_texts(after) - comments_above(before, asked)
    return Outcome(lines, comments.total(), tuple(sorted(names)), ("\r\n" in before) == ("\r\n" in after))


def removed(case: Path) -> frozenset[str]:
    """Names of parameters and inputs that the edit takes out of the Python file."""
    from valohai_steps.source.python_file import read_module

    before, after = (
        {
            item.name
            for step in read_module((case / name).read_text("utf-8")).steps
            for item in (*step.parameters, *step.inputs)
        }
        for name in ("before.py", "after.py")
    )
    return frozenset(before - after)


def comment_texts(text: str) -> Counter[str]:
    """The comments. The cases have no `#` in a value."""
    return Counter(line.partition("#")[2].strip() for line in text.splitlines() if "#" in line)


def comments_above(text: str, names: frozenset[str]) -> Counter[str]:
    """The comment right above each item of these names: it goes with its item."""
    lines = [line.strip() for line in text.splitlines()]
    return Counter(
        above.removeprefix("#").strip()
        for above, line in itertools.pairwise(lines)
        if above.startswith("#") and line.removeprefix("- name: ") in names
    )


def keys(text: str) -> set[tuple[str, ...]]:
    """The path of every key; items of a list go by their name."""
    return set(_keys(yaml.safe_load(text), ()))


def _keys(value: object, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (*path, str(key))
            yield from _keys(inner, (*path, str(key)))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            name = inner.get("name", number) if isinstance(inner, dict) else number
            if isinstance(inner, dict) and len(inner) == 1 and isinstance(next(iter(inner.values())), dict):
                name = next(iter(inner.values())).get("name", number)
            yield from _keys(inner, (*path, str(name)))


if __name__ == "__main__":
    main()
