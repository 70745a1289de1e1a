"""Taking turns: each round measures every contestant once, in an order that changes from round to round.

So a busy moment of the machine, or a greedy predecessor, hits all alike.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bench.failures import FAILURES, leave_out
from bench.inputs import SEED
from bench.samples import Sample, Series


@dataclass(frozen=True)
class Plan:
    """How many rounds, and how many seconds one contestant may use of them: a slow one sits out some."""

    rounds: int
    budget: float


def take_turns(contestants: Mapping[str, Callable[[int], Sample]], plan: Plan) -> Series:
    """Measure. A contestant is called with the number of the round; at least once, and evenly spread.

    One that fails is left out with all its samples. Raises what the first one, ours, fails with.
    """
    order = random.Random(SEED)  # noqa: S311  # an order, not a secret
    series = Series({name: [] for name in contestants})
    spent = dict.fromkeys(contestants, 0.0)
    ours = next(iter(contestants))
    for number in range(plan.rounds):
        share = plan.budget * (number + 1) / plan.rounds
        for name in order.sample(list(contestants), len(contestants)):
            if name not in series.samples or (number and spent[name] > share):
                continue
            started = time.perf_counter()
            try:
                series.add(name, contestants[name](number))
            except FAILURES as error:
                if name == ours:
                    raise
                leave_out(name, error)
                del series.samples[name]
            spent[name] += time.perf_counter() - started
    return series
