"""What the `type=` of an argument turns a word into."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from msgspec.structs import replace

from valohai_steps.model.command_line import Conversion, Kind
from valohai_steps.model.patterns import pattern
from valohai_steps.model.text import Span
from valohai_steps.source.command_line.memory.frames import ClassObject, Function
from valohai_steps.source.command_line.memory.objects import External, Made, Object
from valohai_steps.source.command_line.signatures.enumerations import enum_words, is_mixed
from valohai_steps.source.tree.syntax import Node, field, parts

_EXTERNAL: Mapping[str, Kind] = MappingProxyType(
    {
        "builtins.int": "int",
        "builtins.float": "float",
        "builtins.str": "text",
        "builtins.bool": "bool",
        "builtins.open": "text",
        "pathlib.Path": "text",
        "pathlib.PurePath": "text",
        "json.loads": "text",
        "os.path.abspath": "text",
        "os.path.expanduser": "text",
        "builtins.eval": "literal",
        "ast.literal_eval": "literal",
    }
)
# Their objects equal no string.
_NO_STRINGS = frozenset(
    {
        "builtins.complex",
        "decimal.Decimal",
        "fractions.Fraction",
        "pathlib.Path",
        "pathlib.PosixPath",
        "pathlib.PurePath",
        "pathlib.PurePosixPath",
        "uuid.UUID",
    }
)
# Names that functions have which read truth from a word.
_TRUTH_NAME = pattern(
    r"str(?:ing)?_?(?:2|to)_?bool|strtobool|(?:parse|boolean|bool)_?(?:bool|string|str|flag|arg|type)|^boolean$",
    re.I,
)
_SPLIT = pattern(r"\.split\([ \t]*(?:(?:sep[ \t]*=[ \t]*)?(['\"])(.+?)\1)?[ \t]*\)")
_NUMBER = pattern(r"\b(int|float)\b")
_LITERAL = pattern(r"(['\"])(\w+)\1")
_TRUE_WORDS = ("true", "True", "yes", "1", "on", "t", "y")
_OPPOSITE: Mapping[str, str] = MappingProxyType(
    {"true": "false", "True": "False", "yes": "no", "1": "0", "on": "off", "t": "f", "y": "n"}
)


def conversion_of(held: Object | None, span: Span, default: object) -> Conversion:
    """What a known object as `type=` does with a word. `default` is the argument's, as a hint."""
    match held:
        case External():
            return _of_external(held.name, span)
        case Made():
            return Conversion("text", stated=True, span=span)
        case Function():
            source = held.frame.source(held.node)
            return replace(_of_function(held, source, default), stated=True, span=span)
        case ClassObject():
            return Conversion("own", stated=True, words=enum_words(held), span=span)
        case _:
            return Conversion("own", stated=True, span=span)


def among_strings(conversion: Conversion, held: Object | None) -> Conversion:
    """The same where all choices are strings: none is met when what `type=` makes is no string."""
    is_made = (isinstance(held, External) and held.name in _NO_STRINGS) or (
        isinstance(held, ClassObject) and conversion.words is not None and not is_mixed(held)
    )
    return replace(conversion, words=()) if is_made else conversion


def _of_external(name: str, span: Span) -> Conversion:
    kind = _EXTERNAL.get(name)
    if kind is None and name.rpartition(".")[2] == "strtobool":
        kind = "truth"
    if kind == "literal":
        return Conversion(kind, stated=True, true="True", false="False", span=span)
    return Conversion(kind or "own", stated=True, span=span)


def _of_function(function: Function, source: str, default: object) -> Conversion:
    body = _returned(function)
    expression = "" if body is None else function.frame.source(body)
    if "strtobool" in expression:
        return Conversion("truth")
    if (split := _SPLIT.search(expression)) is not None:
        number = _NUMBER.search(expression)
        element: Kind = "text" if number is None else "int" if number[1] == "int" else "float"
        return Conversion("split", element=element, separator=split[2])
    name = _name(function)
    if body is not None and body.type in (
        "comparison_operator",
        "boolean_operator",
        "parenthesized_expression",
    ):
        return _truth(expression)
    hinted = isinstance(default, bool) or _is_truth_word(default) or _TRUTH_NAME.search(name)
    if hinted and "True" in source and ("False" in source or "raise" in source):
        return _truth(source)
    return Conversion("own")


def _truth(source: str) -> Conversion:
    """Words that a function takes for true and false; of those that it mentions the plainest."""
    words = [match[2] for match in _LITERAL.finditer(source)]
    true = next((word for word in _TRUE_WORDS if word in words), None)
    if true is None and not words:
        return Conversion("truth")
    if true is None:
        return Conversion("own")
    return Conversion("truth", true=true, false=_OPPOSITE[true])


def _is_truth_word(value: object) -> bool:
    return isinstance(value, str) and value.lower() in ("true", "false", "yes", "no")


def _returned(function: Function) -> Node | None:
    """The expression that a lambda gives, or a function that does nothing but return one."""
    body = field(function.node, "body")
    if function.node.type == "lambda" or body is None:
        return body
    statements = [each for each in parts(body) if not _is_text(each)]
    if len(statements) != 1 or statements[0].type != "return_statement":
        return None
    value = parts(statements[0])
    return value[0] if value else None


def _is_text(statement: Node) -> bool:
    inner = statement.named_children
    return statement.type == "expression_statement" and len(inner) == 1 and inner[0].type == "string"


def _name(function: Function) -> str:
    named = field(function.node, "name")
    return "" if named is None else function.frame.source(named)
