"""Whether a text may make a pipeline: cheap, because every file is asked."""

import re

from valohai_steps.model.patterns import pattern

_MAIN = pattern(r"^[ \t]*(?:async[ \t]+)?def[ \t]+main[ \t]*\(|^main[ \t]*=", re.MULTILINE)


def may_hold_pipeline(text: str) -> bool:
    """Whether a text may have a `main(config)` that makes a pipeline; of most this is plain."""
    made = "Pipeline" in text and "valohai" in text
    return (made or "papi" in text) and _MAIN.search(text) is not None
