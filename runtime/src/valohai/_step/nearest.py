"""Names that were not found, and the ones that were probably meant."""

from __future__ import annotations

import difflib

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Optional


def nearest(name: str, known: Iterable[str]) -> Optional[str]:
    """The known name that is spelled most like ``name``, or None when none is near."""
    same = {candidate.replace("_", "-").lower(): candidate for candidate in known}
    close = difflib.get_close_matches(name.replace("_", "-").lower(), same, n=1, cutoff=0.6)
    return same[close[0]] if close else None


def describe_unknown(tokens: list[str], known: list[str]) -> str:
    """One line on arguments that reach no parameter or input of ``known`` names."""
    described = []
    for token in tokens:
        flag = token.partition("=")[0]
        meant = nearest(flag.lstrip("-"), known) if flag.startswith("--") else None
        described.append(f"{flag} (did you mean --{meant}?)" if meant else flag)
    unknown = "unknown argument" if len(described) == 1 else "unknown arguments"
    return f"{unknown} {', '.join(described)}; ignored by prepare(), kept in sys.argv"
