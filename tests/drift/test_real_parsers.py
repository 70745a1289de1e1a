"""The cases that argparse can run, run: what is generated is passed by the vendor's builder, and arrives."""

import argparse
import contextlib
import io
import json
import shlex
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import valohai_yaml

from tests.drift.command_line_cases import Case, cases, forms_of, read_case
from valohai_steps.drift.command_line.matching.taking import take
from valohai_steps.drift.command_line.parameters_for import form_as_mapping

RUN = [case for case in cases("scripts") if case["family"] == "argparse" and case["run"] is not False]


class Read(Exception):  # noqa: N818  # an outcome, not an error
    """The script has read its command line."""


@contextlib.contextmanager
def folder_of(case: Case, tmp_path: Path) -> Iterator[None]:
    """The files that the script imports, where it finds them."""
    for name, text in case["files"].items():
        (tmp_path / name).write_text(text)
    before = set(sys.modules)
    sys.path.insert(0, str(tmp_path))
    fake = ModuleType("distutils.util")
    fake.strtobool = lambda text: int(text.lower() in ("y", "yes", "t", "true", "on", "1"))  # type: ignore[attr-defined]  # a module that is made up
    sys.modules.setdefault("distutils", ModuleType("distutils"))
    sys.modules.setdefault("distutils.util", fake)
    try:
        yield
    finally:
        sys.path.remove(str(tmp_path))
        for name in set(sys.modules) - before:
            del sys.modules[name]


def arrived(case: Case, words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the script's own parser makes of words. Raises SystemExit when it refuses them."""
    found: dict[str, Any] = {}
    real = argparse.ArgumentParser.parse_known_args

    def read(self: argparse.ArgumentParser, args: Any = None, namespace: Any = None) -> Any:
        result = real(self, args, namespace)
        found.update(vars(result[0]))
        return result

    monkeypatch.setattr(argparse.ArgumentParser, "parse_known_args", read)
    monkeypatch.setattr(sys, "argv", ["train.py", *words])
    with folder_of(case, tmp_path), contextlib.redirect_stderr(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(case["source"], {"__name__": "__main__"})  # noqa: S102  # the oracle is the script's own parser
    monkeypatch.undo()
    return found


def step_of(case: Case, only: str | None = None) -> Any:
    """A step with the parameters that are generated; `only` for one of them and what is required."""
    forms = forms_of(case, read_case(case)).items()
    wanted = [form for flag, form in forms if only in (None, flag) or form.required]
    chosen = [form for form in wanted if not form.cannot and not form.conditional]
    parameters = [form_as_mapping(form) for form in chosen]
    step = {"name": "s", "image": "i", "command": case["command"], "parameters": parameters}
    return valohai_yaml.parse(json.dumps([{"step": step}]), validate=False).steps["s"]


def words_of(case: Case, values: dict[str, Any], only: str | None = None) -> list[str]:
    (line,) = step_of(case, only).build_command(values)
    return shlex.split(line)[2:]


@pytest.mark.parametrize("case", RUN, ids=[case["id"] for case in RUN])
def test_the_script_starts_with_what_is_generated(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forms = forms_of(case, read_case(case)).values()
    needed = {form.name: 1 for form in forms if form.required and form.default is None}
    arrived(case, words_of(case, needed), tmp_path, monkeypatch)


VALUES = [(case, flag) for case in RUN for flag in case["values"]]


@pytest.mark.parametrize(("case", "flag"), VALUES, ids=[f"{case['id']}{flag}" for case, flag in VALUES])
def test_a_value_arrives_as_it_should(
    case: Case, flag: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed, expected = case["values"][flag]
    fact = read_case(case).fact
    assert fact is not None
    assert fact.parser is not None
    argument = next(
        each for each in fact.parser.everything if flag in (each.name, *(known.text for known in each.flags))
    )
    words = words_of(case, {argument.name: passed}, flag)
    got = arrived(case, words, tmp_path, monkeypatch)[argument.dest]
    assert got == expected
    assert not take(fact.parser, "argparse", words).refusals


REFUSED = [(case, words) for case in RUN for words in case["refuses"]]


@pytest.mark.parametrize(("case", "word"), REFUSED, ids=[f"{case['id']} {word}" for case, word in REFUSED])
def test_what_the_script_refuses_is_refused(
    case: Case, word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = shlex.split(case["command"].replace("{parameters}", shlex.quote(word)))[2:]
    with pytest.raises(SystemExit):
        arrived(case, words, tmp_path, monkeypatch)
    fact = read_case(case).fact
    assert fact is not None
    assert fact.parser is not None
    assert take(fact.parser, "argparse", words).refusals


NOT_RUN = ("half-typed", "read-from-the-file")  # no program yet; it opens a file of the platform's
PAIRS = [case for case in cases("drift") if "argparse" in case["source"] and case["id"] not in NOT_RUN]


@pytest.mark.parametrize("case", PAIRS, ids=[case["id"] for case in PAIRS])
def test_a_line_that_the_script_refuses_is_a_finding(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (step,) = valohai_yaml.parse(case["yaml"], validate=False).steps.values()
    values = {name: each.default for name, each in step.parameters.items() if each.default is not None}
    words = shlex.split(" && ".join(step.build_command(values)))
    if "&&" in words or words[:2] != ["python", "train.py"]:
        pytest.skip("several commands")
    refused = False
    try:
        arrived({**case, "files": {}}, words[2:], tmp_path, monkeypatch)
    except SystemExit as end:
        refused = end.code not in (0, None)
    monkeypatch.undo()
    found = {code for code, _, _ in case["finds"]}
    assert not refused or found & {"VH131", "VH132", "VH133", "VH134", "VH304"}
    assert not (case["quiet"] and refused)
