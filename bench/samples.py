"""What is measured: samples of a contestant, their summary, and the goals that a row sets."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Sample:
    """One measurement. `value` is in the row's unit (ms, MB, %), `cpu` in ms, `peak` in MB."""

    value: float
    cpu: float | None = None
    peak: float | None = None


@dataclass(frozen=True)
class Numbers:
    """A contestant's samples in short. `p95` is the largest sample where there are fewer than twenty."""

    median: float
    minimum: float
    p95: float
    cpu: float | None
    peak: float | None
    count: int


@dataclass(frozen=True)
class Goal:
    """A promise of the benchmark (bench/README.md says why it was made) and what was measured of it.

    `ratio` is kept when it is at most `limit`, or at least `limit` where `at_least` says so; `cpu_ratio` is
    the same by processor time, which a busy machine disturbs less. There is none beside a peer that failed.
    """

    what: str
    ratio: float | None
    limit: float
    at_least: bool = False
    cpu_ratio: float | None = None
    unit: str = "x"

    @property
    def kept(self) -> bool:
        """Whether the promise was seen to hold."""
        if self.ratio is None:
            return False
        return self.ratio >= self.limit if self.at_least else self.ratio <= self.limit

    @property
    def missed(self) -> bool:
        """Whether the promise was seen not to hold."""
        return self.ratio is not None and not self.kept


@dataclass(frozen=True)
class Row:
    """One row of the table: who was measured, in which unit, and what was promised."""

    key: str
    title: str
    unit: str
    numbers: dict[str, Numbers]
    goals: tuple[Goal, ...] = ()
    note: str = ""


@dataclass
class Series:
    """The samples of each contestant of a row, in the order of the contestants' first sample."""

    samples: dict[str, list[Sample]] = field(default_factory=dict)

    def add(self, contestant: str, sample: Sample) -> None:
        """One more sample."""
        self.samples.setdefault(contestant, []).append(sample)

    def numbers(self) -> dict[str, Numbers]:
        """Each contestant's samples in short."""
        return {name: numbers(samples) for name, samples in self.samples.items()}


def numbers(samples: Sequence[Sample]) -> Numbers:
    """Samples in short."""
    values = sorted(sample.value for sample in samples)
    cpus = [sample.cpu for sample in samples if sample.cpu is not None]
    peaks = [sample.peak for sample in samples if sample.peak is not None]
    return Numbers(
        median=statistics.median(values),
        minimum=values[0],
        p95=values[min(len(values) - 1, int(len(values) * 0.95))],
        cpu=statistics.median(cpus) if cpus else None,
        peak=max(peaks) if peaks else None,
        count=len(values),
    )


def at_most(what: str, ours: Numbers, against: Numbers | None, limit: float, *, tail: bool = False) -> Goal:
    """Ours is at most `limit` times theirs; by p95 where `tail` says so, else by median."""
    if against is None:
        return Goal(what, None, limit)
    ratio = ours.p95 / against.p95 if tail else ours.median / against.median
    return Goal(what, ratio, limit, cpu_ratio=_ratio(ours.cpu, against.cpu))


def faster(what: str, ours: Numbers, against: Numbers | None, limit: float) -> Goal:
    """Theirs takes at least `limit` times as long as ours, by median."""
    if against is None:
        return Goal(what, None, limit, at_least=True)
    return Goal(
        what, against.median / ours.median, limit, at_least=True, cpu_ratio=_ratio(against.cpu, ours.cpu)
    )


def _ratio(above: float | None, below: float | None) -> float | None:
    return above / below if above is not None and below else None
