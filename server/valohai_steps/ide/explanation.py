"""Our sentences on a key of valohai.yaml and on its values, as completion and hover show them."""

from valohai_steps.model.schema.shape import Key


def explained(key: Key) -> str:
    """Our sentence on a key, its values, and what counts without it."""
    choices = ", ".join(f"`{choice.value}`" for choice in key.takes.choices)
    lines = [key.sentence, f"One of {choices}." if choices else "", default_sentence(key)]
    return "\n\n".join(filter(None, lines))


def default_sentence(key: Key) -> str:
    """What counts without a key; empty where that is nothing in particular."""
    if key.default is None:
        return ""
    default = key.default if isinstance(key.default, str) else str(key.default).lower()
    return f"Without it: `{default}`."
