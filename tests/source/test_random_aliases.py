"""Random programs with aliases: what is read of them is what Python gives, or Unknown.

Other programs each week; `VALOHAI_STEPS_SEED` repeats an earlier run. Programs
that were read wrongly once stand in `test_uses.py`, cut down.
"""

import pytest

from tests.seeds import weekly_seed
from tests.source.oracle import differences, is_known, is_python, read_program, run_programs
from tests.source.oracle.programs import random_program

CHUNKS, SIZE = 10, 500
HARMLESS = 500
# At least so many of the programs in which nothing changes a value must be known.
KNOWN_OF_HARMLESS = 0.97
# And of all: a reader that gives up would pass every comparison.
KNOWN_OF_ALL = 0.15


@pytest.mark.process
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_what_is_read_is_what_python_gives(chunk: int) -> None:
    first = weekly_seed() * 1_000_000 + chunk * SIZE
    print(f"seed {weekly_seed()}, programs {first} to {first + SIZE - 1}")
    numbered = [(seed, random_program(seed)) for seed in range(first, first + SIZE)]
    programs = [(seed, program) for seed, program in numbered if is_python(program.source)]
    runs = run_programs([program for _, program in programs])
    files = [read_program(program) for _, program in programs]
    wrong = [
        f"program {seed}: {difference}\n{program.source}"
        for (seed, program), run, file in zip(programs, runs, files, strict=True)
        for difference in differences(program, run, file)
    ]
    assert wrong == []
    assert sum(bool(run.calls) for run in runs) > SIZE / 2, "too few programs get to a call"
    assert sum(map(is_known, files)) >= KNOWN_OF_ALL * len(programs)


@pytest.mark.process
def test_harmless_programs_are_known() -> None:
    first = weekly_seed() * 1_000_000
    programs = [random_program(seed, harmless=True) for seed in range(first, first + HARMLESS)]
    runs = run_programs(programs)
    assert [run.error for run in runs if run.error] == []
    assert all(run.calls for run in runs)
    files = [read_program(program) for program in programs]
    known = sum(map(is_known, files))
    print(f"seed {weekly_seed()}: {known} of {HARMLESS} harmless programs are known")
    assert known >= KNOWN_OF_HARMLESS * HARMLESS
    assert not any(list(differences(*each)) for each in zip(programs, runs, files, strict=True))
