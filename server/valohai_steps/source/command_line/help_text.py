"""What a parameter's description is, from the help that Python has for the argument."""

import re

_DEFAULT_IN_BRACKETS = re.compile(r"[ \t\n]*[(\[][^()\[\]]*%\(default\)[a-z][^()\[\]]*[)\]]")
_DEFAULT_AT_END = re.compile(
    r"[,;:. \t\n]*(?:\b[Dd]efaults?\b)?[ \t\n]*(?:is|are|to|value|:|=)*[ \t\n:=]*"
    r"['\"]?%\(default\)[a-z]['\"]?\.?[ \t\n]*$"
)
_FORMAT = re.compile(r"%\((\w+)\)[a-z]")


def description(help_text: str, known: dict[str, object]) -> str | None:
    """A help text as a description: formats filled in, the default cut out, on one line; None when empty.

    `known` are the values of `%(name)s`; a format of another name is left out.
    """
    text = _DEFAULT_AT_END.sub("", _DEFAULT_IN_BRACKETS.sub("", help_text))
    text = _FORMAT.sub(lambda match: str(known.get(match[1], "")), text).replace("%%", "%")
    return " ".join(text.split()) or None
