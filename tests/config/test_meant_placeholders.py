"""Placeholders that are clearly meant for Valohai are found, and braces of other languages are left alone."""

import pytest

from valohai_steps.config.items.reading import read_items

HEAD = """\
- step:
    name: train
    image: i
    parameters: [{name: lr, type: float}]
    inputs: [{name: data}]
    command:
"""
MEANT = {
    "python train.py {param:lr}": "Valohai does not know {param:...}; did you mean parameter?",
    "python train.py {param:rate}": "Valohai does not know {param:...}; did you mean parameter?",
    "python train.py {params:rate}": "Valohai does not know {params:...}; did you mean parameter?",
    "python train.py {inputs:data}": (
        "Valohai does not fill in {inputs:data}; its files are in /valohai/inputs/data"
    ),
    "python train.py --data={input:data/a.csv}": (
        "Valohai does not fill in {input:data/a.csv}; its files are in /valohai/inputs/data"
    ),
    "python train.py '{input:data}'": (
        "Valohai does not fill in {input:data}; its files are in /valohai/inputs/data"
    ),
    "python train.py {input:foo}": (
        "Valohai does not fill in {input:foo}, and this step has no input foo; "
        "files of inputs are in /valohai/inputs/NAME"
    ),
}
OF_OTHERS = (
    "python train.py {params}",  # Valohai fills it in as {parameters} (valohai_yaml.commands)
    "echo ${X} ${input:data} ${inputs:-data} ${param:-lr}",
    "cp file.{a,b} {1..3}",
    "awk '{print}' x",
    "awk '{print $1; next} {sum+=$2}' x",
    "jq '{input:.foo, inputs:length}' x",
    "jq '{input:length}' x",
    "find . -exec ls {} +",
    "echo {{ input:data }} {{inputs:data}}",
    "curl -d '{\"input\": 1}' x",
    "python -c 'print(f\"{input:d} {params!r}\")'",
)


def said(command: str) -> list[str]:
    text = f"{HEAD}      - |\n        {command}\n"
    return [found.message for found in read_items(text, "i").findings() if found.code == "VH304"]


@pytest.mark.parametrize("command", MEANT)
def test_what_is_meant_for_valohai_is_found(command: str) -> None:
    assert said(command) == [MEANT[command]]


@pytest.mark.parametrize("command", OF_OTHERS)
def test_braces_of_other_languages_are_left_alone(command: str) -> None:
    assert said(command) == []


@pytest.mark.parametrize(
    ("pass_as", "name", "place"),
    [
        ("--{name}={nam}", "nam", 10),
        ("--{name} {{vv}} {vv}", "vv", 17),
        ("{nam.x} {name}", "nam", 1),
        ("--{name}={v!r:{nam}}", "nam", 15),
    ],
)
def test_an_unknown_name_in_pass_as_is_marked_where_it_is(pass_as: str, name: str, place: int) -> None:
    text = HEAD.replace("{name: lr, type: float}", f"{{name: lr, pass-as: '{pass_as}'}}") + "      - ls\n"
    (found,) = [each for each in read_items(text, "i").findings() if each.code == "VH304"]
    before = text.index(pass_as) + place
    assert (found.span.start, found.span.end) == (before, before + len(name))
