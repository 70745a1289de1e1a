"""VH304 unknown-in-command: placeholders and folders of inputs that the step does not have."""

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from valohai_steps.config.lint.nearest import hint, kebab, nearest
from valohai_steps.config.model.commands import Folder, Placeholder, Use
from valohai_steps.config.model.items import Parameter
from valohai_steps.model.patterns import pattern

_HEADS = ("parameter", "parameter-value")
_WORDS = ("parameters", "params", "source-path")
_SHORT_HEADS = ("param", "params")
_INPUT_HEADS = ("input", "inputs")
# The name of an input, or what is in its folder; `.x` and `$x` belong to other languages, such as jq.
_IN_FOLDER = pattern(r"(\w[\w-]*)(?:/[\w./*-]*)?")
_BRACKETS = pattern(r"([\w-]+)[\[(]\s*['\"]?([^\[\]()'\"]+?)['\"]?\s*[\])]")
# `{param:lr}`, `{parameter.lr}`, `{parameters_lr}`: what stands for a parameter's own placeholder.
_LOOSE = pattern(r"(param(?:eter)?s?(?:[-_ ]value)?)\s*[.:=/|_ -]\s*(\S+)", re.IGNORECASE)
_ALIKE = 0.8


class Known(Struct, frozen=True):
    """What a command may name. None: that cannot be told, and nothing is said of it."""

    parameters: tuple[Parameter, ...] | None
    inputs: tuple[str, ...] | None
    has_source_path: bool = True


class Doubt(Struct, frozen=True):
    """A use that means nothing: its place, why, and what may be meant, as the text to write there."""

    place: int
    message: str
    text: str | None = None
    declares: tuple[str, str] | None = None


def doubts(uses: Iterable[Use], known: Known) -> Iterator[Doubt]:
    """What is wrong with the uses of one step's commands."""
    for use in uses:
        found = _folder(use, known) if isinstance(use, Folder) else _placeholder(use, known)
        if found is not None:
            yield found


def _folder(use: Folder, known: Known) -> Doubt | None:
    if known.inputs is None or use.name in known.inputs:
        return None
    near, end = hint(use.name, known.inputs, "input")
    return Doubt(use.place, f"this step has no input {use.name}{end}", near, ("inputs", use.name))


def _placeholder(use: Placeholder, known: Known) -> Doubt | None:
    content = use.content
    if content in ("parameters", "params"):
        return None
    if content == "source-path":
        if known.has_source_path:
            return None
        return Doubt(use.inner, "the step has no `source-path` that {source-path} could stand for; add it")
    brackets = _BRACKETS.fullmatch(content)
    if brackets is not None:
        return _in_brackets(use, brackets)
    loose = _LOOSE.fullmatch(content.strip())
    head, colon, name = content.partition(":")
    if loose is not None and head not in _HEADS and _declares(known, loose[2]):
        return _for(use, f"parameter{'-value' if 'value' in loose[1].lower() else ''}:{loose[2]}", head)
    if colon:
        return _named(use, head, name, known)
    return _bare(use, known)


def _declares(known: Known, name: str) -> bool:
    return known.parameters is not None and any(each.text == name for each in known.parameters)


def _for(use: Placeholder, right: str, head: str) -> Doubt:
    """`right` is meant by a placeholder; only the word before its `:` is wrong where it has one."""
    word, _, _ = right.partition(":")
    if use.content == f"{head}:{right[len(word) + 1 :]}":
        return Doubt(use.head, f"Valohai does not know {{{head}:...}}; did you mean {word}?", word)
    return Doubt(use.inner, f"Valohai does not fill in {{{use.content}}}; write {{{right}}}", right)


def _in_brackets(use: Placeholder, found: re.Match[str]) -> Doubt | None:
    head = _near(found[1], _HEADS)
    if head is None:
        return None
    right = f"{head}:{found[2].strip()}"
    return Doubt(use.inner, f"Valohai does not fill in {{{use.content}}}; write {{{right}}}", right)


def _named(use: Placeholder, head: str, name: str, known: Known) -> Doubt | None:
    """`{head:name}`."""
    if head not in _HEADS:
        if kebab(head) in _INPUT_HEADS:
            return _input(use, name, known)
        near = _near(head.strip(), _HEADS) or ("parameter" if kebab(head) in _SHORT_HEADS else None)
        if near is None or not name.strip() or " " in name.strip():
            return None
        return Doubt(use.head, f"Valohai does not know {{{head}:...}}; did you mean {near}?", near)
    if not name.strip():
        return Doubt(use.inner, f"{{{use.content}}} names no parameter; write {{{head}:name}}")
    if known.parameters is None:
        return None
    parameter = next((each for each in known.parameters if each.text == name), None)
    if parameter is None:
        return _unknown(use, name, known)
    if (
        not use.wrapped
        or head != "parameter"
        or parameter.kind == "flag"
        or parameter.pass_as.startswith("{")
    ):
        return None
    right = f"{{parameter-value:{name}}}"
    message = f"this gives {name} with its flag twice, --{name}=--{name}=...; use {right}"
    return Doubt(use.whole, message, right)


def _input(use: Placeholder, name: str, known: Known) -> Doubt | None:
    """`{input:data}`, where it is no text of another language: Valohai has no such placeholder."""
    found = _IN_FOLDER.fullmatch(name.strip())
    if found is None or not (use.alone or (known.inputs and found[1] in known.inputs)):
        return None
    why = f"Valohai does not fill in {{{use.content}}}"
    if known.inputs is not None and found[1] not in known.inputs:
        message = f"{why}, and this step has no input {found[1]}; files of inputs are in /valohai/inputs/NAME"
        return Doubt(use.inner, message)
    return Doubt(use.inner, f"{why}; its files are in /valohai/inputs/{found[1]}")


def _unknown(use: Placeholder, name: str, known: Known) -> Doubt:
    stripped = name.strip()
    names = [each.text for each in known.parameters or ()]
    if stripped in names:
        return Doubt(use.tail, f"the spaces count as a part of the name; write {stripped}", stripped)
    if known.inputs and stripped in known.inputs:
        message = f"{stripped} is an input, not a parameter; its files are in /valohai/inputs/{stripped}"
        return Doubt(use.tail, message)
    near, end = hint(stripped, names, "parameter")
    if near is None and known.inputs:
        close = nearest(stripped, known.inputs)
        end = f"; its files are in /valohai/inputs/{close}, if the input {close} is meant" if close else end
    message = f"this step has no parameter {stripped}{end}"
    return Doubt(use.tail, message, near, ("parameters", stripped))


def _bare(use: Placeholder, known: Known) -> Doubt | None:
    """`{word}`: a parameter's name, or a word of Valohai's that is misspelt."""
    word = use.content.strip()
    if known.parameters and word in [each.text for each in known.parameters]:
        right = f"parameter-value:{word}"
        return Doubt(use.inner, f"Valohai does not fill in {{{word}}}; write {{{right}}}", right)
    if word in _HEADS:
        right = "parameters" if word == "parameter" else ""
        end = f"; write {{{right}}}" if right else f"; name one parameter, {{{word}:name}}"
        message = f"Valohai does not fill in {{{use.content}}}{end}"
        return Doubt(use.inner, message, right or None)
    if word in _WORDS:
        right = word
    else:
        near = _near(word, _WORDS) if re.fullmatch(r"[\w-]+", word) else None
        if near is None or (near == "source-path" and not known.has_source_path):
            return None
        right = near
    if right == use.content:
        return None
    why = " with spaces in it" if right == word else ""
    message = f"Valohai does not know {{{use.content}}}{why}; did you mean {right}?"
    return Doubt(use.inner, message, right)


def _near(word: str, known: tuple[str, ...]) -> str | None:
    """A known word that this is nearly: another case, singular or plural, a letter wrong."""
    import difflib  # for braces that Valohai does not know

    plain = kebab(word)
    if plain in known:
        return plain
    found = difflib.get_close_matches(plain, known, n=1, cutoff=_ALIKE)
    return found[0] if found else None
