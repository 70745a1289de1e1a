"""Parsers that take dataclasses: transformers' HfArgumentParser, tyro, simple-parsing."""

from collections.abc import Iterator
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from valohai_steps.model.command_line import ArgumentFact, Flag
from valohai_steps.model.step import Cause, Unknown
from valohai_steps.model.text import Span
from valohai_steps.source.command_line.expressions import unrolling
from valohai_steps.source.command_line.interpreter.library import Call, Library, enum_value, value_of
from valohai_steps.source.command_line.libraries.argparse.argparse_parsers import method as parser_method
from valohai_steps.source.command_line.libraries.argparse.argparse_parsers import set_up
from valohai_steps.source.command_line.memory.frames import ClassObject, Function, Parse, Parser
from valohai_steps.source.command_line.memory.objects import Argument, Arguments, Object, object_of, plain
from valohai_steps.source.command_line.signatures.annotations import Annotation, annotation_of
from valohai_steps.source.command_line.signatures.dataclass_fields import FieldFact, fields_of, is_dataclass
from valohai_steps.source.command_line.signatures.help_text import description
from valohai_steps.source.command_line.signatures.parameters import parameters_of
from valohai_steps.source.evaluation.result import Evaluated
from valohai_steps.source.tree.syntax import Node, field, parts

_HF = ("transformers.HfArgumentParser", "transformers.hf_argparser.HfArgumentParser", "trl.TrlParser")
_DEEPEST = 6


class DataclassParser(Object, eq=False):
    """A parser of these libraries; `parser` holds what it takes."""

    parser: Parser


class _Source(Struct, frozen=True, eq=False):
    """A field or parameter, however it is written."""

    fact: FieldFact
    call: Call
    prefix: str
    library: str


def _hf(call: Call) -> Evaluated | None:
    """`HfArgumentParser((ModelArguments, TrainingArguments))`."""
    parser = Parser(library="hf")
    call.reading.parsers.append(parser)
    classes = call.given.get("dataclass_types", 0)
    found = [] if classes is None else [classes] if object_of(classes) else unrolling.elements(classes)
    for place, each in enumerate(found or ()):
        held = object_of(each)
        if isinstance(held, ClassObject):
            _add_class(call, parser, held, "")
        else:
            parser.open = True
            why = Unknown(_element_span(call, place), Cause.IMPORTED, "this class")
            call.reading.unknowns[why] = None
    parser.open = parser.open or found is None
    return call.result(DataclassParser(parser))


def _element_span(call: Call, place: int) -> Span:
    """Where the class stands that is given in a list of classes."""
    arguments = parts(field(call.node, "arguments"))
    holder = arguments[0] if arguments else call.node
    elements: list[Node] = parts(holder) if holder.type in ("tuple", "list") else [holder]
    return call.frame.span(elements[place] if place < len(elements) else holder)


def method(call: Call) -> Evaluated | None:
    """A method of such a parser."""
    held = call.receiver
    if not isinstance(held, DataclassParser):
        return call.nothing()
    inner = replace(call, receiver=held.parser)
    if call.name.startswith("parse_args") or call.name == "parse_known_args":
        leftovers = (
            bool(plain(call.given.get("return_remaining_strings"), bool, False)) or "known" in call.name
        )
        words = call.given.get("args", 0)
        if words is None or plain(words, type(None), 0) is None:
            call.reading.parses.append(Parse(held.parser, call.span, call.frame.script, leftovers))
        return call.nothing()
    if call.name == "add_arguments":
        cls = object_of(call.given.get("dataclass", 0))
        if isinstance(cls, ClassObject):
            prefix = plain(call.given.get("prefix"), str, "")
            _add_class(call, held.parser, cls, str(prefix))
        else:
            held.parser.open = True
        return call.nothing()
    return parser_method(inner)


def _simple(call: Call) -> Evaluated | None:
    """`simple_parsing.ArgumentParser()`."""
    parser = Parser(library="simple_parsing")
    call.reading.parsers.append(parser)
    set_up(call, parser)
    return call.result(DataclassParser(parser))


def _simple_parse(call: Call) -> Evaluated | None:
    """`simple_parsing.parse(Options)`."""
    cls = object_of(call.given.get("config_class", 0))
    parser = Parser(library="simple_parsing")
    if isinstance(cls, ClassObject):
        _add_class(call, parser, cls, "")
        call.reading.parses.append(Parse(parser, call.span, call.frame.script, leftovers=False))
    return call.nothing()


def _tyro(call: Call) -> Evaluated | None:
    """`tyro.cli(Config)`, or of a function."""
    if call.given.get("args") is not None:
        return call.nothing()
    held = object_of(call.given.get("f", 0))
    parser = Parser(library="tyro", abbreviations=False)
    parser.open = call.given.get("default") is not None or call.given.get("config") is not None
    if isinstance(held, ClassObject):
        _add_class(call, parser, held, "")
    elif isinstance(held, Function):
        for parameter in parameters_of(held):
            fact = FieldFact(
                parameter.name, parameter.span, held.frame, parameter.annotation, parameter.default
            )
            _add_field(parser, _Source(fact, call, "", "tyro"), 0)
    else:
        parser.open = True
    call.reading.parses.append(Parse(parser, call.span, call.frame.script, leftovers=False))
    return call.nothing()


def _add_class(call: Call, parser: Parser, cls: ClassObject, prefix: str, depth: int = 0) -> None:
    facts, from_outside = fields_of(cls)
    parser.open = parser.open or from_outside or depth >= _DEEPEST
    for fact in facts if depth < _DEEPEST else ():
        _add_field(parser, _Source(fact, call, prefix, parser.library), depth)


def _add_field(parser: Parser, source: _Source, depth: int) -> None:
    """The argument of a field; of a dataclass in a dataclass its fields, behind dots."""
    fact = source.fact
    said = annotation_of(fact.frame, fact.annotation)
    if said.cls is not None and is_dataclass(said.cls):
        prefix = f"{source.prefix}{fact.name}." if source.library == "tyro" else source.prefix
        _add_class(source.call, parser, said.cls, prefix, depth + 1)
        return
    if fact.options is not None and plain(fact.options.get("init"), bool, True) is False:
        return
    parser.arguments.append(Argument(_argument(source, said)))


def _argument(source: _Source, said: Annotation) -> ArgumentFact:
    fact, library = source.fact, source.library
    holder = Call(fact.frame, _definition(fact), library, fact.options or Arguments())
    default = enum_value(fact.default)
    name = f"{source.prefix}{fact.name}"
    if library == "tyro":
        name = name.replace("_", "-")
    flags = tuple(Flag(text, fact.span) for text in _flags(name, library))
    text = _help(source)
    positional = library == "tyro" and "Positional" in said.marks
    action = "both" if said.is_bool and library == "tyro" and fact.default is not None else "store"
    return ArgumentFact(
        name=name,
        dest=fact.name,
        name_span=fact.span,
        span=fact.span,
        flags=() if positional else flags,
        off_flags=tuple(_off_flags(name, library)) if said.is_bool else (),
        action=action,  # type: ignore[arg-type]  # one of the actions
        conversion=said.conversion,
        default=value_of(holder, default),
        nargs=said.words or ("?" if said.is_bool and action == "store" else _many(said, fact)),
        choices=said.choices if library != "tyro" or said.cls is None else said.names,
        required=fact.default is None and not (library == "hf" and said.optional),
        description=description(text, {}) if text else None,
        path=fact.frame.script.path,
    )


def _many(said: Annotation, fact: FieldFact) -> str | None:
    if not said.many:
        return None
    return "+" if fact.default is None else "*"


def _definition(fact: FieldFact) -> Node:
    return fact.frame.scope


def _flags(name: str, library: str) -> Iterator[str]:
    """The spellings that a library takes."""
    yield f"--{name}"
    other = name.replace("-", "_") if library == "tyro" else name.replace("_", "-")
    if other != name:
        yield f"--{other}"


def _off_flags(name: str, library: str) -> Iterator[str]:
    if library == "tyro":
        yield f"--no-{name}"
        return
    yield f"--no_{name}"
    yield f"--no-{name.replace('_', '-')}"
    if library == "simple_parsing":
        yield f"--no{name}"


def _help(source: _Source) -> str | None:
    """The help of a field: its metadata, its own option, or the text beside it."""
    options = source.fact.options
    if options is not None:
        metadata = options.get("metadata")
        for entry in metadata.entries or () if metadata is not None else ():
            if getattr(entry.key, "value", None) == "help":
                text = plain(entry.found, str)
                return text if isinstance(text, str) else None
        text = plain(options.get("help"), str)
        if isinstance(text, str):
            return text
    text = source.fact.comment if source.library != "hf" else None
    return text.replace("%", "%%") if text else None


DATACLASSES = Library(
    calls=MappingProxyType(
        {
            **dict.fromkeys(_HF, _hf),
            "simple_parsing.ArgumentParser": _simple,
            "simple_parsing.parse": _simple_parse,
            "tyro.cli": _tyro,
        }
    ),
    methods=MappingProxyType({DataclassParser: method}),
    words=lambda _text: frozenset(),
)
