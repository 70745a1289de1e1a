"""What a `prepare()` call says, as facts: values with the place where they stand."""

from collections.abc import Iterator
from enum import Enum
from pathlib import PurePath
from typing import TypeAlias

from msgspec import Struct

from valohai_steps.model.finding import Related
from valohai_steps.model.text import Span

# What evaluation yields: None, bool, int, float, str, bytes, complex, tuple, list, set, dict.
PythonValue: TypeAlias = object


class Origin(Struct, frozen=True):
    """Where a value stands that was imported from another file of the workspace."""

    path: PurePath
    span: Span


class Static(Struct, frozen=True):
    """A value known without running anything.

    `span` is the expression that gives it, in this file: the literal itself, wherever it is defined here
    (so that an edit can change it), or the expression that uses it when it comes from another file
    (`origin`) or is computed (`literal` is False).
    """

    value: PythonValue
    span: Span
    literal: bool = True
    origin: Origin | None = None


class Cause(Enum):
    """Why a value is not known. The value is the sentence, `{}` its subject."""

    NOT_RUN = "the value of {} is only known at run time"
    NOT_DEFINED = "{} is not defined in this file"
    ASSIGNED_LATER = "{} is assigned only after this line"
    ASSIGNED_TWICE = "{} is assigned more than once"
    CONDITIONAL = "{} is assigned only under a condition"
    BOUND_OTHERWISE = "{}"  # the kind of binding is a part of the subject: "lr is a function"
    HALF_TYPED = "{} is not complete Python yet"
    STARRED_OVER = "{} may be replaced by the import of * below it"
    SELF_DEFINED = "{} is defined in terms of itself"
    IMPORTED = "{} is imported, and its value is only known at run time"
    IMPORT_CIRCLE = "the files that import each other here lead nowhere"
    TOO_MANY_FILES = "{} may be changed by an imported file, and more files are imported than are read"
    MOVED = "sys.path is changed, so {} may be another file"
    SUBMODULE = "{} may be the module of that name, which replaces it in its package once it is imported"
    MANGLED = "Python changes the name {} inside of a class"
    NAMESPACE = "`{}` may change any name of this file"
    IPYTHON = "{} may be changed by a line of IPython"
    FOLDER = "the current folder is changed, so {} may be another file"
    CHANGED = "{} is changed after its definition"
    HANDED_OUT = "{} may be changed after its definition"
    REACHED = "{} may be changed by an imported file that accesses the main script"
    NO_MEMBER = "{} of its own"  # "Config has no lr of its own"
    TRANSFORMED_CLASS = "the class has {}, and this may change its attributes"
    NO_ELEMENT = "there is no {} in it"
    NOT_A_DICT = "this is not a dict"
    NOT_A_KEY = "this cannot be the key of a dict"
    NOT_AN_ELEMENT = "an element of this set cannot be one"
    BROKEN = "this is not complete Python"
    TOO_LARGE = "this is too large to be read"
    TOO_DEEP = "this is nested too deeply to be read"
    TOO_MUCH = "this is too deep or too large to be read"
    NOT_COMPUTED = "this calculation is too large, or not one that is done without running it"
    NO_LITERAL = "this literal cannot be read"
    LARGE_NUMBER = "this number is too large"
    STRINGS_AND_BYTES = "strings and bytes cannot be joined"
    TEMPLATE_STRING = "a template string is not a string; its value is only known at run time"
    STATEMENT = "a {} statement is not read here"
    RUNS_LATER = "{} is a generator or a coroutine, which runs only later and is not read"
    NOT_FORMATTED = "how this string is formatted is only known at run time"


class Unknown(Struct, frozen=True):
    """A value that only running the file would tell. `span` is the smallest expression to blame.

    `subject` is what the sentence of the cause speaks of; `file` the name of the file it speaks of, when
    that is another one.
    """

    span: Span
    cause: Cause
    subject: str = ""
    related: tuple[Related, ...] = ()
    file: str = ""

    @property
    def reason(self) -> str:
        """The cause in words."""
        sentence = self.cause.value.format(self.subject)
        return f"{sentence} ({self.file})" if self.file else sentence


Value: TypeAlias = Static | Unknown


class Attribute(Struct, frozen=True):
    """One key of a nested definition such as `{"default": 1, "min": 0}`, as Python spells it."""

    name: str
    name_span: Span
    value: Value


class ParameterFact(Struct, frozen=True):
    """One entry of `default_parameters`.

    `default` is None when a nested definition states none. `attributes` are the other keys of a nested
    definition, in order; `nested` tells a definition `{"default": 1}` from a plain default `1`.
    `name_span` is the key's literal with its quotes (or the keyword in `dict(name=...)`); `span` runs from
    the key to the end of the value.
    """

    name: str
    name_span: Span
    span: Span
    default: Value | None
    attributes: tuple[Attribute, ...] = ()
    nested: bool = False

    @property
    def values(self) -> Iterator[Value]:
        """The default and every attribute's value."""
        if self.default is not None:
            yield self.default
        yield from (attribute.value for attribute in self.attributes)


class InputFact(ParameterFact, frozen=True):
    """One entry of `default_inputs`: the default is a URI, several, or None."""


class StepFact(Struct, frozen=True):
    """One `prepare()` call with a static name.

    `call_span` is the whole call, `callee_span` the `valohai.prepare` in front of the bracket,
    `name_span` the literal given to `step=` (or the expression, when it is computed). The spans of
    `parameters_span` and `inputs_span` are the dict displays to which an entry could be added; None when
    there is none in this file. `complete` is False when any part is Unknown or invalid enough that nothing
    may be written from it; `stale` marks facts kept from before the text around them broke.
    """

    name: str
    name_span: Span
    call_span: Span
    callee_span: Span
    parameters: tuple[ParameterFact, ...] = ()
    inputs: tuple[InputFact, ...] = ()
    image: Value | None = None
    environment: Value | None = None
    upload_store: Value | None = None
    multifile: Value | None = None
    parameters_span: Span | None = None
    inputs_span: Span | None = None
    complete: bool = True
    stale: bool = False

    @property
    def is_certain(self) -> bool:
        """Whether all of it is known, and of the text as it is now: only then it is compared and written."""
        return self.complete and not self.stale

    def items(self, kind: str) -> tuple[ParameterFact, ...]:
        """The parameters or the inputs; `kind` is "parameter" or "input"."""
        return self.parameters if kind == "parameter" else self.inputs

    @property
    def is_multifile(self) -> bool:
        """Whether `multifile=` is statically true."""
        return isinstance(self.multifile, Static) and bool(self.multifile.value)

    @property
    def unknowns(self) -> Iterator[Unknown]:
        """Every part that cannot be known, each with the place to blame."""
        for value in (self.image, self.environment, self.upload_store, self.multifile):
            if isinstance(value, Unknown):
                yield value
        for fact in (*self.parameters, *self.inputs):
            yield from (value for value in fact.values if isinstance(value, Unknown))


class ValueRead(Struct, frozen=True):
    """A read of a declared name: `valohai.parameters("x")` or `valohai.inputs("x")`.

    `kind` is "parameter" or "input"; `name_span` is the string literal with its quotes.
    """

    kind: str
    name: str
    name_span: Span
