"""docs/comparison.md cannot rot: our column is what bench/comparison.py computes today."""

from pathlib import Path

import pytest

from bench.comparison import CASES, PAGE, VENDOR, cases, our_cells, ours, rows

TABLE = PAGE.read_text("utf-8")


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_our_column_is_what_we_do(case: Path) -> None:
    outcome = ours(case)
    assert (outcome.loss(), outcome.failure) == ("nothing", "")
    assert f"\n{our_cells(case, outcome)} " in TABLE


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_a_case_is_in_step_before_its_edit(case: Path, tmp_path: Path) -> None:
    from .conftest import process

    (tmp_path / "valohai.yaml").write_bytes((case / "valohai.yaml").read_bytes())
    (tmp_path / "train.py").write_bytes((case / "before.py").read_bytes())
    assert process(tmp_path, "update", "--no-requirements").stderr == b"valohai.yaml: up to date\n"


def test_every_case_has_a_row() -> None:
    assert TABLE.count("](../tests/fixtures/comparison/") == len(cases()) == len(list(CASES.iterdir()))


@pytest.mark.vendor
@pytest.mark.skipif(not VENDOR.exists(), reason="`make vendor` makes the vendor's environment")
def test_the_whole_table_is_what_both_do() -> None:
    assert TABLE.endswith("".join(rows(VENDOR)))
