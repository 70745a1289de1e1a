"""Random realistic files have no finding; one mistake gives one at its place; its fix takes it away."""

import re
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from valohai_steps.config.items.reading import read_items
from valohai_steps.model.finding import Finding
from valohai_steps.model.text import apply_edits

IMAGE = "python:3.11-slim"
NAMES = ("prepare", "train", "evaluate", "publish")
TYPES = {"integer": ("5", "-3", "100"), "float": ("0.5", "1.0e-05", "3"), "string": ("adam", '"1"', "a b")}


def found_in(text: str) -> list[Finding]:
    """Every finding of a text."""
    return sorted(read_items(text, IMAGE).findings(), key=lambda finding: finding.span)


@st.composite
def parameters(draw: st.DrawFn) -> list[str]:
    """The lines of a list of parameters."""
    lines: list[str] = []
    for name in draw(st.lists(st.sampled_from(["rate", "epochs", "mode", "size"]), min_size=1, unique=True)):
        kind = draw(st.sampled_from(sorted(TYPES)))
        lines += [f"      - name: {name}", f"        type: {kind}"]
        if draw(st.booleans()):
            lines.append(f"        default: {draw(st.sampled_from(TYPES[kind]))}")
        if draw(st.booleans()):
            lines.append("        description: What it does, in a few words.")
        if draw(st.booleans()):
            lines.append("        optional: true")
    return lines


@st.composite
def steps(draw: st.DrawFn, name: str) -> list[str]:
    """The lines of a step with an input `data`."""
    lines = ["- step:", f"    name: {name}", f"    image: {IMAGE}"]
    listed = draw(st.booleans())
    command = f"run-{name} {{parameters}}"
    lines += ["    command:", f"      - {command}"] if listed else [f"    command: {command}"]
    lines += ["    parameters:", *draw(parameters())]
    lines += ["    inputs:", "      - name: data", "        default: s3://bucket/data.csv"]
    if draw(st.booleans()):
        lines.append("    environment: aws-eu-west-1-g4dn-xlarge")
    if draw(st.booleans()):
        lines.append("    time-limit: 2h")
    if draw(st.booleans()):
        lines.append("    # about the next item")
    return lines


@st.composite
def files(draw: st.DrawFn) -> str:
    """A file of steps, and a pipeline of all of them in a row."""
    names = NAMES[: draw(st.integers(2, 4))]
    lines = [line for name in names for line in draw(steps(name))]
    lines += ["- pipeline:", "    name: flow", "    nodes:"]
    for name in names:
        lines += [f"      - name: {name}-node", "        type: execution", f"        step: {name}"]
    lines.append("    edges:")
    for one, other in pairwise(names):
        edge = (f"{one}-node.output.*", f"{other}-node.input.data")
        short = draw(st.booleans())
        lines += (
            [f"      - [{edge[0]}, {edge[1]}]"]
            if short
            else [
                f"      - source: {edge[0]}",
                f"        target: {edge[1]}",
            ]
        )
    return "\n".join(lines) + "\n"


# A pattern, what it becomes, the code, and the text that is blamed.
MISTAKES = (
    (r"image: ", "imge: ", "VH302", "imge"),
    (r"command:", "comand:", "VH302", "comand"),
    (r"inputs:", "input:", "VH302", "input"),
    (r"type: execution", "type: exection", "VH302", "exection"),
    (r"type: float\n", "type: number\n", "VH302", "number"),
    (r"image: \S+", "image: 3.11", "VH302", "3.11"),
    (r"image: \S+", "image: [a, b]", "VH302", "[a, b]"),
    (r"optional: true", 'optional: "true"', "VH302", '"true"'),
    (r"time-limit: 2h", "time-limit: soon", "VH302", "soon"),
    (r"\{parameters\}", "{paramters}", "VH304", "paramters"),
    (r"step: train\n", "step: trian\n", "VH306", "trian"),
    (r"prepare-node\.output", "prepare-nod.output", "VH306", "prepare-nod"),
    (r"input\.data", "input.dta", "VH306", "dta"),
    (r"node\.output", "node.outputs", "VH312", "outputs"),
    (r"    name: train\n", "    name: prepare\n", "VH303", "prepare"),
)


@settings(max_examples=40)
@given(files())
def test_a_realistic_file_has_no_finding(text: str) -> None:
    assert found_in(text) == []


@settings(max_examples=40)
@given(files(), st.sampled_from(MISTAKES), st.integers(0, 50))
def test_one_mistake_gives_one_finding_at_its_place(
    text: str, mistake: tuple[str, str, str, str], which: int
) -> None:
    pattern, wrong, code, blamed = mistake
    places = list(re.finditer(pattern, text))
    if not places:
        return
    place = places[which % len(places)]
    broken = text[: place.start()] + wrong + text[place.end() :]
    found = found_in(broken)
    if code == "VH303":  # a step that is gone is missed as well
        found = [finding for finding in found if finding.code == "VH303"]
    assert [(each.code, broken[each.span.start : each.span.end]) for each in found] == [(code, blamed)]
    assert place.start() <= found[0].span.start <= place.start() + len(wrong)


@settings(max_examples=40)
@given(files(), st.sampled_from([each for each in MISTAKES if each[2] != "VH303"]), st.integers(0, 50))
def test_a_preferred_fix_takes_the_mistake_away_and_nothing_else(
    text: str, mistake: tuple[str, str, str, str], which: int
) -> None:
    pattern, wrong, _, _ = mistake
    places = list(re.finditer(pattern, text))
    if not places:
        return
    place = places[which % len(places)]
    broken = text[: place.start()] + wrong + text[place.end() :]
    for fix in (fix for finding in found_in(broken) for fix in finding.fixes if fix.preferred):
        mended = apply_edits(broken, fix.edits)
        assert found_in(mended) == []
        assert mended[: place.start()] == text[: place.start()]
        assert mended.endswith(text[place.end() :])


@settings(max_examples=40)
@given(files(), st.integers(0, 200))
def test_a_line_that_is_dedented_is_one_finding_nearby(text: str, which: int) -> None:
    lines = text.splitlines()
    inside = [
        number for number, line in enumerate(lines) if re.match(r"    (?:name|image|time-limit):", line)
    ]
    number = inside[which % len(inside)]
    broken = "\n".join([*lines[:number], lines[number][2:], *lines[number + 1 :]]) + "\n"
    item = [finding for finding in found_in(broken) if finding.code in ("VH301", "VH302", "VH307")]
    assert len(item) == 1
    line = broken.count("\n", 0, item[0].span.start)
    assert abs(line - number) <= 2
