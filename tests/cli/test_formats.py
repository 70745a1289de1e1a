"""Findings as people, scripts, GitHub and code scanners read them."""

import json
import os
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest

from valohai_steps.model.rules import RULES

from .conftest import DIFFERENT_YAML, Run, process, source


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A step whose default differs."""
    (tmp_path / "train.py").write_text(source(lr=0.2))
    (tmp_path / "valohai.yaml").write_text(DIFFERENT_YAML)
    return tmp_path


def test_text_has_place_code_severity_message(run: Run, project: Path) -> None:
    result = run("check")
    assert result.code == 1
    assert result.out == (
        "train.py:3:57: VH202 warning: default of parameter 'lr' is 0.2 here, but 0.1 in valohai.yaml\n"
        "valohai.yaml:8:18: VH202 hint: default of parameter 'lr' is 0.2 in train.py, but 0.1 here\n"
    )
    assert result.err == "1 warning, 1 hint\n"


def test_columns_are_code_points_from_one(run: Run, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(source("😀ä", lr=0.2).replace("import", "x = 1; import"), "utf-8")
    (finding,) = json.loads(run("check", "train.py", "--output-format", "json").out)
    assert finding["location"] == {"row": 3, "column": 22}
    assert finding["end_location"] == {"row": 3, "column": 26}


def test_github_gets_one_annotation_a_line_with_its_specials_escaped(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "a,b: 100%"
    folder.mkdir()
    (folder / "train.py").write_text(source(lr=0.2))
    assert run("check", "--output-format", "github").out == (
        "::notice file=a%2Cb%3A 100%25/train.py,line=3,col=22,endLine=3,endColumn=29,"
        "title=VH201 step-missing::step 'train' is not in valohai.yaml; update valohai.yaml to add it\n"
    )


def test_sarif_has_the_structure_that_the_standard_requires(run: Run, project: Path) -> None:
    (project / "my folder").mkdir()
    (project / "my folder" / "ü#.py").write_text(source("other", lr=0.2), "utf-8")
    log = json.loads(run("check", "--output-format", "sarif").out)
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    (part,) = log["runs"]
    assert part["columnKind"] == "unicodeCodePoints"
    driver = part["tool"]["driver"]
    assert driver["name"] == "valohai-steps"
    assert [rule["id"] for rule in driver["rules"]] == list(RULES)
    for rule in driver["rules"]:
        assert rule["shortDescription"]["text"]
        assert rule["help"]["text"]
        assert rule["help"]["markdown"]
        assert rule["defaultConfiguration"]["level"] in ("error", "warning", "note")
    assert len(part["results"]) == 3
    for result in part["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note")
        assert result["message"]["text"]
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert (project / unquote(place["artifactLocation"]["uri"])).is_file()
        assert " " not in place["artifactLocation"]["uri"]
        region = place["region"]
        assert min(region.values()) >= 1
        assert (region["startLine"], region["startColumn"]) <= (region["endLine"], region["endColumn"])


def test_a_file_outside_this_folder_has_a_whole_uri(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "train.py").write_text(source(lr=0.2))
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    log = json.loads(run("check", "../train.py", "--output-format", "sarif").out)
    location = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location == {"uri": (tmp_path / "train.py").as_uri()}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has file names that are no text")
@pytest.mark.parametrize("output_format", ["json", "github", "gitlab", "sarif", "text"])
def test_a_file_name_that_is_no_text_is_no_accident(output_format: str, tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"b\xff.py")).write_text(source(lr=0.2))
    done = process(tmp_path, "check", "--output-format", output_format)
    assert (done.returncode, done.stderr) == (0, b"1 information\n")
    assert done.stdout.decode().isascii()


@pytest.mark.parametrize(
    ("output_format", "empty"), [("json", "[]\n"), ("gitlab", "[]\n"), ("github", ""), ("text", "")]
)
@pytest.mark.parametrize("command", ["check", "update"])
def test_nothing_to_say_is_valid_output_too(command: str, output_format: str, empty: str, run: Run) -> None:
    result = run(command, "--output-format", output_format)
    assert (result.code, result.out) == (0, empty)


def test_update_reports_what_is_left_after_it_wrote(run: Run, project: Path) -> None:
    checked = run("update", "--check", "--output-format", "json")
    assert (checked.code, [finding["code"] for finding in json.loads(checked.out)]) == (1, ["VH202"])
    written = run("update", "--output-format", "json")
    assert (written.code, written.out) == (0, "[]\n")


def test_refused_is_reported_in_the_format_asked_for(run: Run, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("import valohai\nvalohai.prepare(step=unknown)\n")
    result = run("update", "--output-format", "github")
    assert result.code == 2
    assert result.out.startswith("::error file=train.py,line=2,col=22,")
    assert result.err.startswith("train.py:2:22: unknown is not defined in this file")


def test_rules_lists_all_and_explains_one(run: Run) -> None:
    table = run("rules").out.splitlines()
    assert [line.split()[0] for line in table] == list(RULES)
    assert run("rules", "vh202").out == run("rules", "out-of-date").out
    assert run("rules", "VH202").out.startswith("## VH202 out-of-date\n\n**Warning.**")


def test_a_rule_that_is_none_is_told_the_nearest(run: Run) -> None:
    result = run("rules", "VH2022")
    assert (result.code, result.err) == (2, "valohai-steps: no rule 'VH2022' (did you mean 'VH202'?)\n")
