"""Pipelines read from Python without running it; the oracle is the vendor's own function, which runs it."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.seeds import weekly_seed
from tests.source.pipeline_forms import FOLLOWED, REFUSED
from tests.source.pipeline_programs import HEAD, random_program
from valohai_steps.config.items.reading import read_items
from valohai_steps.config.references.catalogue import Catalogue
from valohai_steps.drift.pipelines.judging import left_out, unknown_names
from valohai_steps.model.finding import Finding
from valohai_steps.model.pipeline import PipelineFact
from valohai_steps.source.pipelines.reader import read_pipeline

FIXTURES = Path(__file__).parents[1] / "fixtures" / "pipelines"
STEPS = (FIXTURES / "steps.yaml").read_text("utf-8")
CASES = [
    case for name in ("cases.json", "more.json") for case in json.loads((FIXTURES / name).read_text("utf-8"))
]
VENDOR = Path(
    os.environ.get("VALOHAI_STEPS_VENDOR_PYTHON") or Path.home() / ".cache/valohai-steps/vendor/bin/python"
)
PROGRAMS = 400
# A reader that gives up would pass every comparison.
KNOWN_OF_KNOWABLE = 0.98
# All sources in one process: the pipeline that running main(config) makes of each, or what it raises.
DRIVER = """
import json, sys, tempfile, os
from valohai_yaml import parse
from valohai.internals.pipeline import get_pipeline_from_source
steps, sources = json.load(sys.stdin)
config, found = parse(steps), []
sys.stdout, out = sys.stderr, sys.stdout
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "pipeline.py")
    for source in sources:
        with open(path, "w", encoding="utf-8") as file:
            file.write(source)
        try:
            (made,) = get_pipeline_from_source(path, config).pipelines.values()
            data = made.serialize()
            nodes = [[n["name"], n["type"], n["step"]] for n in data["nodes"]]
            found.append({"nodes": nodes, "edges": [[e.source, e.target] for e in made.edges]})
        except Exception as error:
            found.append({"raised": f"{type(error).__name__}: {error}"})
json.dump(found, out)
"""


def catalogue() -> Catalogue:
    file = read_items(STEPS, "python:3.11", None)
    return Catalogue.of([each.thing for each in file.facts], complete=True)


def read(source: str) -> tuple[PipelineFact | None, list[Finding]]:
    """The pipeline, unless something is wrong with it, and everything that is."""
    file = read_pipeline(source)
    fact = file.pipeline
    found = list(file.problems)
    if fact is not None:
        found += unknown_names(source, fact, catalogue())
        found += left_out(fact)
    errors = [finding for finding in found if finding.code in ("VH101", "VH141")]
    return None if errors else fact, found


def shape(fact: PipelineFact) -> dict[str, list[list[str]]]:
    nodes = [[node.name, node.kind, node.step] for node in fact.nodes]
    return {"nodes": nodes, "edges": [[edge.source.text, edge.target.text] for edge in fact.edges]}


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_what_main_makes_is_read(case: dict[str, object]) -> None:
    source = str(case["source"])
    fact, found = read(source)
    if case["nodes"] is None:
        assert fact is None
        assert [finding.code for finding in found if finding.code != "VH142"] == [
            "VH101" if case["unknown"] else "VH141"
        ]
        places = [source[each.span.start : each.span.end] for each in found if each.code == "VH101"]
        assert places == case["unknown"]
        return
    assert fact is not None, found
    assert shape(fact) == {"nodes": case["nodes"], "edges": case["edges"]}
    overridden = ["parameter" for node in fact.nodes for _ in node.parameters]
    lost = sorted([each.method for each in fact.left_out] + overridden)
    assert lost == sorted(case.get("lost", []))  # type: ignore[call-overload]  # a list of strings
    assert sum(finding.code == "VH142" for finding in found) == len(fact.left_out)


def test_places_are_those_of_the_names() -> None:
    case = next(case for case in CASES if case["id"] == "unknown-input")
    source = case["source"]
    _, found = read(source)
    assert [source[each.span.start : each.span.end] for each in found] == ['"dta"']
    assert "did you mean data?" in found[0].message
    assert [fix.edits[0].text for fix in found[0].fixes] == ['"data"']


def test_another_main_with_another_pipeline_is_nothing_to_speak_of() -> None:
    source = """import valohai
from sklearn.pipeline import Pipeline


def main(config):
    for name in config.models:
        Pipeline([("model", name)]).fit(valohai.inputs("data").path())
"""
    assert read(source) == (None, [])


def run_all(sources: list[str]) -> list[dict[str, object]]:
    if not VENDOR.exists():
        reason = f"{VENDOR} is not there: run `make vendor`"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    done = subprocess.run(
        [str(VENDOR), "-c", DRIVER],
        input=json.dumps([STEPS, sources]),
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=True,
    )
    found: list[dict[str, object]] = json.loads(done.stdout)
    return found


@pytest.mark.vendor
def test_the_vendor_makes_the_same_of_every_case() -> None:
    sources = [str(case["source"]) for case in CASES]
    for case, made in zip(CASES, run_all(sources), strict=True):
        fact, found = read(str(case["source"]))
        if fact is not None:
            assert made == shape(fact), case["id"]
        elif not case["unknown"]:
            assert "raised" in made, (case["id"], found)


@pytest.mark.vendor
def test_random_pipelines_are_read_as_running_makes_them() -> None:
    first = weekly_seed() * 1_000_000
    programs = [random_program(seed) for seed in range(first, first + PROGRAMS)]
    runs = run_all([source for source, _ in programs])
    known, knowable, wrong = 0, 0, []
    for (source, is_known), made in zip(programs, runs, strict=True):
        fact, found = read(source)
        raised = "raised" in made
        refused = any(finding.code == "VH101" for finding in found)
        knowable += is_known
        known += is_known and not refused
        if fact is not None and made != shape(fact):
            wrong.append(f"{made}\n{shape(fact)}\n{source}")
        if fact is None and not refused and not raised:
            wrong.append(f"{[finding.message for finding in found]}\n{source}")
    assert wrong == []
    assert known >= KNOWN_OF_KNOWABLE * knowable
    assert sum("raised" not in made for made in runs) > PROGRAMS / 2


@pytest.mark.vendor
def test_each_form_is_read_as_running_makes_it_or_not_at_all() -> None:
    forms = {**FOLLOWED, **REFUSED}
    sources = {name: form_program(*form) for name, form in forms.items()}
    for (name, source), made in zip(sources.items(), run_all(list(sources.values())), strict=True):
        fact, found = read(source)
        assert fact is None or shape(fact) == made, name
        assert fact is not None or name in REFUSED, (name, found)
        assert fact is not None or {finding.code for finding in found} == {"VH101"} or "raised" in made, name


PROGRAM_TEXTS = {
    part.partition("\n")[0]: part.partition("\n")[2]
    for part in re.split(r"^=== ", (FIXTURES / "programs.txt").read_text("utf-8"), flags=re.MULTILINE)[1:]
}
# What is not followed is said at the smallest place; running any of these makes a pipeline.
NOT_FOLLOWED = {
    "class-of-config": "Settings()",
    "enum-of-steps": "Step",
    "builder-class": "Builder",
    "conditional-environment": 'os.environ.get("NO_SUCH_VARIABLE")',
    "generator-helper": "steps()",
    "lambda-table": 'lambda pipe, name: pipe.execution("train", name=name)',
    "config-steps": "config.steps",
    "json-file": "json.loads('[\"train\"]')",
    "match-statement": "match",
    "global-counter": "next_name()",
    "partial-and-map": "reduce(link, nodes)",
    "local-class": "C",
}


@pytest.mark.vendor
def test_each_program_is_read_as_running_makes_it() -> None:
    runs = run_all(list(PROGRAM_TEXTS.values()))
    for (name, source), made in zip(PROGRAM_TEXTS.items(), runs, strict=True):
        fact, found = read(source)
        if name in NOT_FOLLOWED:
            assert fact is None, name
            (why,) = found
            assert why.code == "VH101", name
            assert source[why.span.start : why.span.end].startswith(NOT_FOLLOWED[name]), name
        elif "raised" in made:
            assert {each.code for each in found} == {"VH141"}, name
        else:
            assert fact is not None, (name, found)
            assert shape(fact) == made, name


def form_program(before: str, lines: str) -> str:
    body = "".join(
        f"    {line}\n" for line in ["pipe = Pipeline(name='all', config=config)", *lines.splitlines()]
    )
    return f"{HEAD}\n{before}\n\n\ndef main(config):\n{body}    return pipe\n"


MAIN = """from valohai import Pipeline
{before}

def main(config):
    pipe = Pipeline(name="all", config=config)
{lines}
    return pipe
"""


@pytest.mark.parametrize(
    ("before", "lines", "reason"),
    [
        (
            "",
            ["try:", "    pipe.execution(0)", "except ValueError:", "    pass"],
            "a try statement is not read",
        ),
        ("", ["match 3:", "    case 3:", "        pipe.execution(0)"], "a match statement is not read"),
        ("", ["class Made:", "    node = pipe.execution('train')"], "a class statement is not read"),
        ("def f(pipe):\n    yield pipe.execution('train')", ["list(f(pipe))"], "f(pipe) is a generator"),
        (
            "async def f(pipe):\n    pipe.execution('train')",
            ["f(pipe)"],
            "f(pipe) is a generator or a coroutine",
        ),
        ("class C:\n    STEP = 'train'", ["pipe.execution(C().STEP)"], "C is a class"),
        ("Pipeline.execution = Pipeline.task", ["pipe.execution('train')"], "Pipeline is changed"),
        ("setattr(Pipeline, 'execution', None)", ["pipe.execution('train')"], "Pipeline is changed"),
        ("import valohai\nvalohai.Pipeline = None", ["pipe.execution('train')"], "Pipeline is changed"),
        (
            "N = 1\ndef f():\n    global N\n    N = 2",
            ["f()", "pipe.execution('train')"],
            "the value of f() is only",
        ),
        ("def same(f):\n    return f\n\n@same", ["pipe.execution('train')"], "main is"),
    ],
)
def test_what_is_not_read_says_so(before: str, lines: list[str], reason: str) -> None:
    body = "\n".join(f"    {line}" for line in lines)
    source = MAIN.format(before=before, lines=body).replace("@same\n\ndef", "@same\ndef")
    fact, found = read(source)
    assert fact is None
    (finding,) = found
    assert (finding.code, finding.message[: len(reason)]) == ("VH101", reason)
