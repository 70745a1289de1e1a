"""Values in messages."""

from __future__ import annotations

_LONGEST = 200  # characters


def shown(value: object) -> str:
    """``repr(value)``, cut in the middle if it is long; the name of its class if it has none."""
    try:
        text = repr(value)
    except Exception:  # an integer of 5,000 digits, or whatever the user's class raises
        return f"a {type(value).__name__}"
    if len(text) > _LONGEST:
        return f"{text[: _LONGEST // 2]}...{text[-20:]}"
    return text
