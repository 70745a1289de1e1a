"""absl's flags, also as TensorFlow handed them on: one set for the whole program (absl's documentation)."""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec.structs import replace

from valohai_steps.model.command_line import ArgumentFact, Conversion, Flag, Kind
from valohai_steps.model.step import Static
from valohai_steps.model.text import Span
from valohai_steps.source.command_line.expressions import unrolling
from valohai_steps.source.command_line.expressions.classes import enum_members
from valohai_steps.source.command_line.interpreter.library import (
    Call,
    Library,
    enum_value,
    plain_value,
    value_of,
)
from valohai_steps.source.command_line.interpreter.relevance import imports_of
from valohai_steps.source.command_line.memory.frames import ClassObject, Parse, Parser
from valohai_steps.source.command_line.memory.objects import Argument, Given, object_of, plain
from valohai_steps.source.command_line.signatures.help_text import description
from valohai_steps.source.evaluation.result import Evaluated

_ROOTS = (
    "absl.flags",
    "tensorflow.flags",
    "tensorflow.app.flags",
    "tensorflow.compat.v1.flags",
    "tensorflow.compat.v1.app.flags",
)
_RUNS = ("absl.app.run", "tensorflow.app.run", "tensorflow.compat.v1.app.run")
_KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "string": "text",
        "integer": "int",
        "float": "float",
        "boolean": "truth",
        "bool": "truth",
        "enum": "text",
        "enum_class": "text",
        "list": "split",
        "spaceseplist": "split",
        "multi_string": "text",
        "multi_integer": "int",
        "multi_float": "float",
        "multi_enum": "text",
    }
)
# What absl itself defines as soon as it is imported.
_OWN = (
    "help",
    "helpshort",
    "helpfull",
    "helpxml",
    "flagfile",
    "undefok",
    "only_check_args",
    "run_with_pdb",
    "pdb_post_mortem",
    "pdb",
    "run_with_profiling",
    "profile_file",
    "use_cprofile_for_profiling",
    "log_dir",
    "logtostderr",
    "alsologtostderr",
    "verbosity",
    "v",
    "logger_levels",
    "stderrthreshold",
    "showprefixforinfo",
)


def _flags(call: Call) -> Parser:
    """The one set of flags."""
    if call.reading.flags is None:
        call.reading.flags = Parser(library="absl", abbreviations=False)
        call.reading.parsers.append(call.reading.flags)
    return call.reading.flags


def _define(call: Call) -> Evaluated | None:
    """`flags.DEFINE_integer("epochs", 3, "How many")`."""
    parser, given = _flags(call), call.given
    named = given.named.get("name") or (given.positional[0] if given.positional else None)
    name = plain(named.value, str) if named is not None else None
    kind = call.name.rpartition(".DEFINE_")[2]
    if named is None or not isinstance(name, str) or kind not in _KINDS:
        parser.open = True
        if named is not None:
            call.note(named.value)
        return call.nothing()
    parser.arguments.append(Argument(_fact(call, name, named, kind)))
    return call.nothing()


def _fact(call: Call, name: str, named: Given, kind: str) -> ArgumentFact:
    given = call.given
    is_enum = kind in ("enum", "enum_class", "multi_enum")
    default = enum_value(given.get("default", 1))
    text = plain(given.get("help", 3 if is_enum else 2), str)
    short = plain(given.get("short_name"), str)
    flags = [Flag(f"--{name}", named.span)]
    if isinstance(short, str):
        flags.append(Flag(f"-{short}", given.named["short_name"].span))
    is_bool = _KINDS[kind] == "truth"
    return ArgumentFact(
        name=name,
        dest=name,
        name_span=named.span,
        span=call.span,
        flags=tuple(flags),
        off_flags=(f"--no{name}",) if is_bool else (),
        action="append" if kind.startswith("multi_") else "store",
        conversion=_conversion(call, kind),
        default=value_of(call, default),
        nargs="?" if is_bool else None,
        choices=_choices(call) if is_enum else None,
        any_case=is_enum and _is_any_case(call, kind),
        required=bool(plain(given.get("required"), bool, False)),
        description=description(text.replace("%", "%%"), {}) if isinstance(text, str) else None,
        conditional=call.reading.conditional > 0,
        path=call.frame.script.path,
    )


def _conversion(call: Call, kind: str) -> Conversion:
    low = plain(call.given.get("lower_bound"), (int, float))
    high = plain(call.given.get("upper_bound"), (int, float))
    separator = None if kind == "spaceseplist" else ","
    found = Conversion(_KINDS[kind], stated=True, separator=separator)
    return replace(found, minimum=low, maximum=high)


def _is_any_case(call: Call, kind: str) -> bool:
    """Members of an enum are named in any case unless told otherwise, strings only when told."""
    stated = call.given.get("case_sensitive")
    return kind.endswith("enum_class") if stated is None else plain(stated, bool) is not True


def _choices(call: Call) -> tuple[object, ...] | None:
    listed = call.given.get("enum_values", 2) or call.given.get("enum_class", 2)
    held = object_of(listed)
    if isinstance(held, ClassObject):
        return tuple(each.name for each in enum_members(held))
    elements = None if listed is None else unrolling.elements(listed)
    values = [plain_value(each) for each in elements or ()]
    return tuple(each.value for each in values if each is not None) or None


def _require(call: Call) -> Evaluated | None:
    """`flags.mark_flag_as_required("data")`, or several."""
    first = call.given.positional[0].value if call.given.positional else None
    listed = None if first is None else unrolling.elements(first)
    names = {plain(first, str)} if plain(first, str) else {plain(each, str) for each in listed or ()}
    for argument in _flags(call).arguments:
        default = argument.fact.default
        is_none = default is None or (isinstance(default, Static) and default.value is None)
        if argument.fact.name in names and is_none:  # a default is a value
            argument.fact = replace(argument.fact, required=True)
    return call.nothing()


def _run(call: Call) -> Evaluated | None:
    """`app.run(main)`: the flags are read, of all files that are imported."""
    script = call.frame.script
    for _, imported in imports_of(script.syntax):
        found = script.machine.script(script, replace(imported, name=None))
        if found is not None and "DEFINE_" in found.syntax.text:
            script.machine.enter(found)
    parser = _flags(call)
    parser.arguments += [Argument(_own(name, call.span)) for name in _OWN]
    if call.given.get("flags_parser") is not None:
        parser.open = True
    call.reading.parses.append(Parse(parser, call.span, script, leftovers=False))
    return call.nothing()


def _own(name: str, span: Span) -> ArgumentFact:
    return ArgumentFact(
        name, name, span, span, (Flag(f"--{name}", span),), (f"--no{name}",), "help", hidden=True
    )


def _read(call: Call) -> Evaluated | None:
    """`FLAGS(sys.argv)`."""
    return _run(call) if call.given.positional else call.nothing()


def _other(call: Call) -> Evaluated | None:
    """A declaration that is not read: there may be more flags."""
    _flags(call).open = True
    return call.nothing()


def _words(text: str) -> frozenset[str]:
    return frozenset({"app", "flags", "FLAGS"}) if "DEFINE_" in text or "absl" in text else frozenset()


_CALLS = {
    **{f"{root}.DEFINE_{kind}": _define for root in _ROOTS for kind in _KINDS},
    **{f"{root}.DEFINE": _other for root in _ROOTS},
    **{f"{root}.DEFINE_alias": _other for root in _ROOTS},
    **{f"{root}.DEFINE_flag": _other for root in _ROOTS},
    **{f"{root}.mark_flag_as_required": _require for root in _ROOTS},
    **{f"{root}.mark_flags_as_required": _require for root in _ROOTS},
    **{f"{root}.FLAGS": _read for root in _ROOTS},
    **dict.fromkeys(_RUNS, _run),
    "ml_collections.config_flags.DEFINE_config_file": _other,
    "ml_collections.config_flags.DEFINE_config_dict": _other,
}
ABSL = Library(calls=MappingProxyType(_CALLS), methods=MappingProxyType({}), words=_words)
