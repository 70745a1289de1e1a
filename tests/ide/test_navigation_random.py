"""Whatever stands in the files, navigation answers, and every place in its answers is one of the text."""

import os
from collections.abc import Callable
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ide.test_rename_properties import PYTHON, SCALARS, YAML
from valohai_steps.ide.folding import folding_spans
from valohai_steps.ide.navigation.definition import definitions
from valohai_steps.ide.navigation.links import links
from valohai_steps.ide.navigation.references import highlights, references
from valohai_steps.ide.navigation.rename import Renamed, prepare_rename, rename
from valohai_steps.ide.navigation.symbols import FileSymbol, file_symbols, workspace_symbols
from valohai_steps.ide.selection import selections
from valohai_steps.ide.update.update import Refused
from valohai_steps.model.text import Span, apply_edits
from valohai_steps.project.workspace import Workspace

ROOT = Path("/workspace")
EXAMPLES = 500 if os.environ.get("CI") == "true" else 80
LITERALS = [f'"{name}"' for name in ("train", "rate", "fast", "images", "rate", "rate", "images")]
VARIABLES = """\
import valohai
from valohai import Pipeline
import train.parts, other as rest
params = {"rate": 0.5, "fast": True}
params["rate"] = 1
params.update(fast=False)
valohai.prepare(step="train", default_parameters=params, default_inputs=dict(images=None))
print(params["rate"], params.get("fast"), "/valohai/inputs/images", valohai.inputs("images"))
node = Pipeline(name="p", config=None).execution("train")
node.parameter("rate").to(node.input("images"))
"""
SIGNS = tuple("'\"{}[]():,|\\*&1😀\n\t ")
YAML_PIECES = ("", "  - ", "\r\n", "&a ", "*a", "<<: *a", ">-", "# ", "step:", "name: ", "null", "--rate")
NAMES = ("{parameter:rate}", "train.parameter.rate", '"rate"', "f'{x}'", "==", "**x", '"""')
CALLS = ('valohai.prepare(step="train")', 'valohai.parameters("x")')
PIECES = st.sampled_from((*SIGNS, *YAML_PIECES, *NAMES, *CALLS))


@st.composite
def broken(draw: Callable[..., int], text: str) -> str:
    """The text with a few stretches replaced by something else."""
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(start + draw(st.sampled_from([0, 0, 1, 3, 20])), len(text))
        text = f"{text[:start]}{draw(PIECES)}{text[end:]}"
    return text


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    python=st.one_of(broken(PYTHON.format(*LITERALS)), broken(VARIABLES)),
    yaml=broken(YAML.format(*SCALARS)),
    at=st.tuples(st.sampled_from(["train.py", "valohai.yaml"]), st.floats(0, 1)),
)
def test_any_text_is_answered(python: str, yaml: str, at: tuple[str, float]) -> None:
    texts = {ROOT / "train.py": python, ROOT / "valohai.yaml": yaml}
    workspace = Workspace([ROOT])
    for name, text in texts.items():
        workspace.put(name, text, None)
    snapshot, path = workspace.snapshot, ROOT / at[0]
    offset = round(at[1] * len(texts[path]))
    spans = [(each.path, each.whole) for each in definitions(snapshot, path, offset)]
    spans += [(each.path, each.span) for each in references(snapshot, path, offset)]
    spans += [(path, each.span) for each in highlights(snapshot, path, offset)]
    spans += [(path, span) for span in (*folding_spans(snapshot, path), *selections(snapshot, path, offset))]
    spans += [(path, each.span) for each in links(snapshot, path)]
    spans += [(each.path, each.span) for each in workspace_symbols(snapshot, "")]
    for symbol in file_symbols(snapshot, path):
        check_tree(symbol)
        spans.append((path, symbol.span))
    prepared = prepare_rename(snapshot, path, offset)
    if isinstance(prepared, Renamed):
        spans.append((path, prepared.span))
        assert prepared.span.contains(offset) or texts[path][prepared.span.start - 1] in "'\""
    edits = rename(snapshot, path, offset, "quite-new")
    assert (edits is None) is (prepared is None)
    for each in () if edits is None or isinstance(edits, Refused) else edits:
        assert "quite-new" in apply_edits(texts[each.path], each.edits)
    for name, span in spans:
        assert Span(0, len(texts[name])).covers(span)


def check_tree(symbol: FileSymbol) -> None:
    assert symbol.span.covers(symbol.name_span)
    assert symbol.name
    for child in symbol.children:
        check_tree(child)
