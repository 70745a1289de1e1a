"""Our sentences on a key of valohai.yaml and on its values, as completion and hover show them."""

from valohai_steps.model.schema.shape import Key


def explained(key: Key) -> str:
    """Our sentence on a key, its values, and what counts without it."""
    lines = [key.sentence]
    if key.takes.choices:
        lines.append("One of " + ", ".join(f"`{choice.value}`" for choice in key.takes.choices) + ".")
    if key.default is not None:
        default = key.default if isinstance(key.default, str) else str(key.default).lower()
        lines.append(f"Without it: `{default}`.")
    return "\n\n".join(lines)
