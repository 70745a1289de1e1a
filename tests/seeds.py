"""Seeds of long random runs: others each week, the same for everybody in it."""

import datetime as dt
import os


def weekly_seed() -> int:
    """The year and week, such as 202648; `VALOHAI_STEPS_SEED` repeats an earlier run. Print it."""
    chosen = os.environ.get("VALOHAI_STEPS_SEED")
    year, week, _ = dt.datetime.now(dt.timezone.utc).isocalendar()
    return int(chosen) if chosen else year * 100 + week
