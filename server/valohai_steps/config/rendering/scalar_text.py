"""A value as YAML 1.1 text that reads back with the same value and type."""

import datetime as dt
import math
import re

from msgspec import Struct

from valohai_steps.config.edits.operation import RefusedError
from valohai_steps.config.tree.node import YamlValue, same_value
from valohai_steps.config.tree.scalar_value import scalar_reader
from valohai_steps.model.patterns import pattern

# Characters that YAML prints, without line breaks of any kind and the byte order mark.
_ASCII = pattern("[\x20-\x7e]*")
_PRINTABLE = "[\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*"
_PLAIN_START = pattern(r"[^-?:,\[\]{}#&*!|>'\"%@`\s]|[-:](?=[^\s,\[\]{}])")
_NEVER_PLAIN = pattern(r":(?:\s|\Z)|\s#|\s\Z|\A(?:---|\.\.\.)")
# Of `[:x]` one parser makes a text, another a mapping.
_NEVER_PLAIN_IN_FLOW = pattern(r"[,\[\]{}?]|:[,\[\]{}]|\A:")
_NO_ESCAPE = "[\ud800-\udfff]"
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0"}
# Plain text in YAML 1.1 as PyYAML reads it, but numbers and booleans to other readers.
_NUMBER_ELSEWHERE = pattern(r"[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?|0o[0-7]+|[yYnN]")
# Longer keys are no "simple keys" in YAML.
_LONGEST_KEY = 1000


class Quoting(Struct, frozen=True):
    """How strings are written: `mark` is the quote for those that need one, `always` quotes all."""

    mark: str = '"'
    always: bool = False


class BlockScalar(Struct, frozen=True):
    """A multi-line text: `header` such as `|-`, and its lines without indentation."""

    header: str
    lines: tuple[str, ...]


def scalar_text(value: YamlValue, quoting: Quoting, *, flow: bool) -> str:
    """The value on one line. Raises RefusedError for a type that YAML's safe scalars do not have."""
    if isinstance(value, str):
        return _string(value, quoting, flow=flow)
    text = _bare(value)
    if text is None or not same_value(scalar_reader()(text, None, True), value):
        raise RefusedError(f"a value of type {type(value).__name__} cannot be written to YAML")
    return text


def key_text(key: YamlValue, quoting: Quoting, *, flow: bool) -> str:
    """A mapping's key; quoted only where needed, or everywhere when `quoting` says so."""
    text = scalar_text(key, quoting, flow=flow)
    if len(text) > _LONGEST_KEY:
        raise RefusedError(f"A key of {len(text)} characters is too long for YAML.")
    return text


def block_scalar(value: YamlValue, folded: bool = False) -> BlockScalar | None:
    """A text of several lines in block style; None where quotes are needed to keep it.

    `folded` keeps `>` for a text of one line, which folding does not change.
    """
    if not isinstance(value, str) or "\n" not in value or value.endswith("\n\n"):
        return None
    lines = value.removesuffix("\n").split("\n")
    if not lines[0] or lines[0][0] in " \t" or not lines[-1].strip():
        return None
    if not all(_is_printable(line.replace("\t", " ")) and (line.strip() or not line) for line in lines):
        return None
    sign = ">" if folded and len(lines) == 1 else "|"
    return BlockScalar(sign + ("" if value.endswith("\n") else "-"), tuple(lines))


def _bare(value: YamlValue) -> str | None:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return _integer(value)
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, dt.datetime):
        return value.isoformat(" ")
    if isinstance(value, dt.date):
        return value.isoformat()
    return None


def _integer(value: int) -> str | None:
    try:
        return str(value)
    except ValueError:  # more digits than Python converts
        return None


def _float(value: float) -> str:
    if math.isnan(value):
        return ".nan"
    if math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    text = repr(value)
    # YAML 1.1 takes `1e-05` for text: a float has a point.
    return text if "." in text else text.replace("e", ".0e")


def _string(value: str, quoting: Quoting, *, flow: bool) -> str:
    if not value.isascii() and re.search(_NO_ESCAPE, value):
        raise RefusedError("a string with half of a surrogate pair cannot be written to YAML")
    if not quoting.always and _is_plain(value, flow=flow):
        return value
    if _is_printable(value) and quoting.mark == "'":
        return "'" + value.replace("'", "''") + "'"
    return '"' + "".join(_escaped(character) for character in value) + '"'


def _is_plain(value: str, *, flow: bool) -> bool:
    if not value or not _is_printable(value) or not _PLAIN_START.match(value):
        return False
    if _NEVER_PLAIN.search(value) or (flow and _NEVER_PLAIN_IN_FLOW.search(value)):
        return False
    return not _NUMBER_ELSEWHERE.fullmatch(value) and scalar_reader()(value, None, True) == value


def _is_printable(text: str) -> bool:
    # The table of the whole of Unicode takes longer to build than most updates: only for texts that need it.
    return (_ASCII.fullmatch(text) if text.isascii() else re.fullmatch(_PRINTABLE, text)) is not None


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if _is_printable(character):
        return character
    number = ord(character)
    return (
        f"\\x{number:02x}"
        if number < 0x100
        else f"\\u{number:04x}"
        if number < 0x10000
        else f"\\U{number:08x}"
    )
