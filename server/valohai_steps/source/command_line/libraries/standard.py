"""Calls of the standard library whose objects the interpreter follows."""

from types import MappingProxyType

from valohai_steps.source.command_line.interpreter.library import Call, Library
from valohai_steps.source.command_line.memory.frames import ClassObject
from valohai_steps.source.command_line.memory.objects import object_of
from valohai_steps.source.command_line.signatures.dataclass_fields import fields_of
from valohai_steps.source.evaluation.result import Evaluated


def _fields(call: Call) -> Evaluated | None:
    """`dataclasses.fields(Config)`."""
    first = call.given.positional[0].value if call.given.positional else None
    held = object_of(first)
    if not isinstance(held, ClassObject):
        return call.nothing()
    facts, from_outside = fields_of(held)
    return call.nothing() if from_outside else call.result([fact.as_object for fact in facts])


STANDARD = Library(
    calls=MappingProxyType({"dataclasses.fields": _fields}),
    methods=MappingProxyType({}),
    words=lambda _text: frozenset(),
)
