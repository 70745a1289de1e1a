"""What each default becomes in a new valohai.yaml."""

from pathlib import PurePosixPath

import pytest

from valohai_steps.drift.declaration import command_for, declare
from valohai_steps.source.python_file import read_module


def declared(argument: str, literal: str) -> dict[str, object]:
    """The one item of a step declared with this literal, as a mapping."""
    text = f'import valohai\nvalohai.prepare(step="train", {argument}={{"x": {literal}}})\n'
    (step,) = read_module(text).steps
    mapping = declare(step, PurePosixPath("train.py"))
    (item,) = mapping.parameters or mapping.inputs
    return item.as_mapping()


PARAMETERS = [
    ("1", {"default": 1, "optional": False, "type": "integer"}),
    ("0.5", {"default": 0.5, "optional": False, "type": "float"}),
    ('"adam"', {"default": "adam", "optional": False, "type": "string"}),
    ('""', {"default": "", "optional": False, "type": "string"}),
    (
        "True",
        {"default": True, "pass-false-as": "--x=false", "pass-true-as": "--x=true", "type": "flag"},
    ),
    (
        '{"default": True}',
        {"default": True, "pass-false-as": "--x=false", "pass-true-as": "--x=true", "type": "flag"},
    ),
    (
        "[1, 2]",
        {
            "default": [1, 2],
            "multiple": "separate",
            "multiple-separator": ",",
            "optional": False,
            "type": "integer",
        },
    ),
    (
        "(1, 0.5)",
        {
            "default": [1, 0.5],
            "multiple": "separate",
            "multiple-separator": ",",
            "optional": False,
            "type": "float",
        },
    ),
    ("None", {"optional": True, "type": "string"}),
    ('{"default": None, "type": "integer"}', {"optional": True, "type": "integer"}),
    ('{"type": "float", "min": 0}', {"min": 0, "optional": True, "type": "float"}),
    (
        '{"default": "a", "choices": ("a", "b"), "pass_as": "-x {v}", "optional": True}',
        {"choices": ["a", "b"], "default": "a", "optional": True, "pass-as": "-x {v}", "type": "string"},
    ),
]


@pytest.mark.parametrize(("literal", "expected"), PARAMETERS, ids=[literal for literal, _ in PARAMETERS])
def test_a_parameter(literal: str, expected: dict[str, object]) -> None:
    found = declared("default_parameters", literal)
    assert found == {"name": "x", **expected}
    assert list(found) == ["name", *sorted(expected)]


INPUTS = [
    ('"s3://b/a"', {"default": "s3://b/a", "optional": False}),
    ('["s3://b/a"]', {"default": "s3://b/a", "optional": False}),
    ('["s3://b/a", "s3://b/c"]', {"default": ["s3://b/a", "s3://b/c"], "optional": False}),
    ('"s3://b/*.jpg"', {"default": "s3://b/*.jpg", "keep-directories": "suffix", "optional": False}),
    ('["data/a", "s3://b/c"]', {"default": "s3://b/c", "optional": False}),
    ('"data/a"', {"optional": True}),
    ("None", {"optional": True}),
    ("[]", {"optional": True}),
    ('""', {"optional": True}),
    (
        '{"default": "s3://b/a", "filename": "a", "keep-directories": "full"}',
        {"default": "s3://b/a", "filename": "a", "keep-directories": "full", "optional": False},
    ),
]


@pytest.mark.parametrize(("literal", "expected"), INPUTS, ids=[literal for literal, _ in INPUTS])
def test_an_input(literal: str, expected: dict[str, object]) -> None:
    assert declared("default_inputs", literal) == {"name": "x", **expected}


@pytest.mark.parametrize(
    ("source", "multifile", "line"),
    [
        ("train.py", False, "python ./train.py {parameters}"),
        ("src/my train.py", False, "python './src/my train.py' {parameters}"),
        ("../train.py", False, "python ../train.py {parameters}"),
        ("train.py", True, "python {source-path} {parameters}"),
        (
            "nb/My Net.ipynb",
            False,
            (
                "papermill -k python3 -f /valohai/config/parameters.json "
                "'/valohai/repository/nb/My Net.ipynb' '/valohai/outputs/My Net.ipynb'"
            ),
        ),
    ],
)
def test_the_command_of_a_new_step(source: str, multifile: bool, line: str) -> None:
    assert command_for(PurePosixPath(source), multifile=multifile) == [
        "pip install -r requirements.txt",
        line,
    ]


def test_the_keys_of_a_new_step_have_one_order() -> None:
    text = (
        "import valohai\n"
        'valohai.prepare(upload_store="u", environment="e", multifile=True, default_inputs={"i": None},'
        ' default_parameters={"p": 1}, image="x", step="train")\n'
    )
    (step,) = read_module(text).steps
    mapping = declare(step, PurePosixPath("train.py")).as_mapping()
    assert list(mapping) == [
        "name",
        "image",
        "command",
        "parameters",
        "inputs",
        "environment",
        "source-path",
        "upload-store",
    ]
    assert mapping["source-path"] == "./train.py"


def test_the_image_of_the_settings_is_for_steps_that_state_none() -> None:
    (step,) = read_module('import valohai\nvalohai.prepare(step="train")\n').steps
    assert declare(step, PurePosixPath("train.py"), "acme/train").as_mapping()["image"] == "acme/train"
