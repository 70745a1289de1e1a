"""What `valohai-steps rules` and `show` say of a word that they cannot use."""

import pytest

from tests.cli.conftest import Run


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("rules", "VH999"), "no rule 'VH999'; `valohai-steps rules` lists them"),
        (("rules", "VH2O2"), "no rule 'VH2O2' (did you mean 'VH202'?)"),
        (("rules", "out-of-dat"), "no rule 'out-of-dat' (did you mean 'out-of-date'?)"),
    ],
)
def test_a_word_that_cannot_be_used(run: Run, arguments: tuple[str, ...], said: str) -> None:
    result = run(*arguments)
    assert result.code == 2
    assert said in result.err


def test_show_takes_one_file(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        run("show", "a.py", "b.py")
    assert "too many arguments at b.py; it takes one file;" in capsys.readouterr().err
