"""What a parameter's description is, from the help that Python has for the argument."""

from valohai_steps.model.patterns import pattern

_DEFAULT_IN_BRACKETS = pattern(r"(?<![ \t\n])[ \t\n]*[(\[][^()\[\]]*%\(default\)[a-z][^()\[\]]*[)\]]")
_DEFAULT_AT_END = pattern(r"['\"]?%\(default\)[a-z]['\"]?\.?\s*\Z")
_LEADING_TO_IT = ("is", "are", "to", "value")
_ITS_NAMES = ("default", "Default", "defaults", "Defaults")
_FORMAT = pattern(r"%\((\w+)\)[a-z]")


def description(help_text: str, known: dict[str, object]) -> str | None:
    """A help text as a description: formats filled in, the default cut out, on one line; None when empty.

    `known` are the values of `%(name)s`; a format of another name is left out.
    """
    text = _without_end(_DEFAULT_IN_BRACKETS.sub("", help_text))
    text = _FORMAT.sub(lambda match: str(known.get(match[1], "")), text).replace("%%", "%")
    return " ".join(text.split()) or None


def _without_end(text: str) -> str:
    """The text without a default that it ends with, such as `; defaults to %(default)s`."""
    found = _DEFAULT_AT_END.search(text)
    if found is None:
        return text
    front = _without_word(text[: found.start()].rstrip(" \t\n:="), _LEADING_TO_IT).rstrip(" \t\n:=")
    return _without_word(front, _ITS_NAMES).rstrip(",;:. \t\n")


def _without_word(text: str, words: tuple[str, ...]) -> str:
    """The text without one of the words at its end."""
    for word in words:
        front = text.removesuffix(word)
        if front != text and not front[-1:].isalnum():
            return front
    return text
