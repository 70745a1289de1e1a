"""What ``prepare()`` declares of one parameter, and how a value becomes one of its type."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional

_TRUE = ("true", "yes", "on", "1")
_FALSE = ("false", "no", "off", "0")
# Beyond this a float no longer holds every integer, so `1e17` could not be read back exactly.
_EXACT_FLOAT = 2**53


class Definition:
    """One declared parameter.

    ``kind`` is valohai.yaml's type (``integer``, ``float``, ``string``, ``flag``), or ``other`` for a
    default of another class, such as ``pathlib.Path``. ``sequence`` is ``list`` or ``tuple`` for several
    values, else None.
    """

    __slots__ = (
        "choices",
        "default",
        "description",
        "kind",
        "maximum",
        "minimum",
        "name",
        "other",
        "repeat",
        "separator",
        "sequence",
        "templates",
    )

    def __init__(self, name: str) -> None:
        self.name = name
        self.kind = "string"
        self.other: Optional[type] = None
        self.default: Any = None
        self.sequence: Optional[type] = None
        self.separator = ","
        self.repeat = False
        self.minimum: Any = None
        self.maximum: Any = None
        self.choices: Optional[list[Any]] = None
        self.description = ""
        self.templates: dict[str, str] = {}

    def from_text(self, text: str) -> "Any":
        """The single value that ``text`` stands for.

        Raises ValueError saying what is wrong with it.
        """
        return self._checked(self._converted(text))

    def split(self, text: str) -> list[str]:
        """The elements in one string of the command line; with ``multiple: repeat`` it is one element."""
        if self.repeat and self.kind == "string":
            return [text]
        return text.split(self.separator) if text else []

    def from_value(self, value: "Any") -> "Any":
        """``value``, from the declaration or from JSON, as this parameter's type; None stays None.

        Raises ValueError saying what is wrong with it.
        """
        if self.sequence is not None:
            if value is None:
                return self.sequence()
            if isinstance(value, str):
                value = self.split(value)
            elif not isinstance(value, (list, tuple)):
                value = [value]
            return self.sequence(self._checked(self._converted(item)) for item in value)
        if isinstance(value, list) and self.kind != "other":
            # valohai.yaml made it `multiple` where Python gives one default.
            return [self._checked(self._converted(item)) for item in value]
        return None if value is None else self._checked(self._converted(value))

    def _converted(self, value: "Any") -> "Any":
        if self.kind == "other":
            return _other(value, self.other)
        return _CONVERTERS[self.kind](value)

    def _checked(self, value: "Any") -> "Any":
        if self.kind in ("integer", "float"):
            # `not >=` rather than `<`: NaN is within no limits.
            if self.minimum is not None and not value >= self.minimum:
                raise ValueError(f"{_shown(value)} is less than the minimum, {self.minimum!r}")
            if self.maximum is not None and not value <= self.maximum:
                raise ValueError(f"{_shown(value)} is greater than the maximum, {self.maximum!r}")
        if self.choices is not None and value not in self.choices:
            raise ValueError(f"{_shown(value)} is not one of {', '.join(map(repr, self.choices))}")
        return value


def same_name(name: str) -> str:
    """The form in which two spellings of one name are equal."""
    return name.replace("-", "_")


def option_key(flag: str) -> str:
    """The form in which two spellings of one option are equal; ``-l`` is as it is."""
    return "--" + same_name(flag[2:]) if flag.startswith("--") else flag


def define(name: str, declared: "Any") -> "Definition":
    """The definition that ``default_parameters={name: declared}`` stands for.

    ``declared`` is a default value or a nested definition with the keys of a parameter in valohai.yaml (with
    dashes or underscores).

    Raises ValueError saying what is wrong with it.
    """
    definition = Definition(name)
    if isinstance(declared, dict):
        from .attributes import parameter_attributes

        attributes = parameter_attributes(name, declared)
        default = _python_value(attributes.get("default"))
        _take_attributes(definition, attributes, default)
    else:
        default = _python_value(declared)
        _take_kind(definition, default)
    if isinstance(default, (list, tuple)):
        definition.sequence = type(default) if type(default) in (list, tuple) else list
    if definition.kind == "flag" and default is None and definition.sequence is None:
        default = False  # Valohai passes nothing for a flag that is off
    definition.default = definition.from_value(default)
    return definition


def undeclared(name: str, value: "Any") -> "Definition":
    """The definition of a parameter that only ``parameters.json`` knows: its type is the value's."""
    try:
        if not isinstance(value, dict):
            return define(name, value)
    except ValueError:
        pass  # nested JSON has no type on the command line; its value is still readable
    definition = Definition(name)
    definition.kind, definition.other, definition.default = "other", type(value), value
    return definition


def _take_attributes(definition: "Definition", stated: "dict[str, Any]", default: "Any") -> None:
    if "type" in stated:
        definition.kind = stated["type"]
    else:
        _take_kind(definition, default)
    definition.minimum = stated.get("min")
    definition.maximum = stated.get("max")
    if definition.kind in ("string", "flag") and (stated.keys() & {"min", "max"}):
        raise ValueError(f"min and max are for numbers, and its type is {definition.kind}; remove them")
    definition.description = str(stated.get("description") or "")
    definition.separator = stated.get("multiple-separator") or ","
    if "choices" in stated:
        try:
            definition.choices = [definition._converted(each) for each in stated["choices"]]  # noqa: SLF001  # of its own class
        except ValueError as error:
            raise ValueError(f"choices: {error}") from None
    multiple = stated.get("multiple")
    if multiple == "none" and isinstance(default, (list, tuple)):
        raise ValueError(f"multiple is 'none', and its default, {_shown(default)}, a list; change one")
    if multiple in ("separate", "repeat"):
        definition.sequence = list
        definition.repeat = multiple == "repeat"
    definition.templates = {key: value for key, value in stated.items() if key.startswith("pass-") and value}


def _python_value(value: "Any") -> "Any":
    """A number or array of numpy, torch and the like as Python's own numbers (``bool("false")`` is true)."""
    if hasattr(value, "dtype") and hasattr(value, "tolist"):
        return value.tolist()
    return value


def _take_kind(definition: "Definition", default: "Any") -> None:
    if isinstance(default, (list, tuple)):
        kinds = {_kind_of(item) for item in default} or {"string"}
        if kinds == {"integer", "float"}:
            kinds = {"float"}
        if len(kinds) > 1 or "other" in kinds:
            raise ValueError(
                f"{_shown(default)} mixes types; give values of one type (int, float, str or bool)"
            )
        definition.kind = kinds.pop()
        return
    definition.kind = _kind_of(default)
    if definition.kind == "other":
        if isinstance(default, (set, frozenset, bytes, bytearray, complex)):
            kind = type(default).__name__
            raise ValueError(
                f"{_shown(default)} is a {kind}; give an int, float, str, bool or a list of these"
            )
        definition.other = type(default)


def _kind_of(value: "Any") -> str:
    if value is None or isinstance(value, str):
        return "string"
    if isinstance(value, bool):
        return "flag"
    if isinstance(value, int):
        return "integer"
    return "float" if isinstance(value, float) else "other"


def _integer(value: "Any") -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    try:
        return int(value if isinstance(value, str) else repr(value))
    except ValueError:
        number = _float_or_none(value)
    # The difference is NaN for infinities and NaN, which have no integer.
    if number is None or number - number != 0 or number % 1:
        raise ValueError(f"{_shown(value)} is not an integer")
    if abs(number) > _EXACT_FLOAT:
        raise ValueError(f"{_shown(value)} is too large to be exact; write it out in digits")
    return int(number)


def _float(value: "Any") -> float:
    if isinstance(value, float):
        return value
    number = _float_or_none(value)
    if number is None:
        raise ValueError(f"{_shown(value)} is not a number")
    return number


def _float_or_none(value: "Any") -> "Optional[float]":
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None


def _string(value: "Any") -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return value if isinstance(value, str) else str(value)
    raise ValueError(f"{_shown(value)} is not a string")


def _flag(value: "Any") -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    raise ValueError(f"{_shown(value)} is neither true nor false (true, yes, on, 1; false, no, off, 0)")


def is_flag_word(text: str) -> bool:
    """Whether ``text`` says true or false, so that in ``--flag text`` it is the flag's value."""
    return text.strip().lower() in (*_TRUE, *_FALSE)


def _other(value: "Any", make: "Optional[type]") -> "Any":
    if make is None or isinstance(value, make):
        return value
    if any(each in make.__mro__ for each in (dict, list, tuple, type)):
        raise ValueError(f"a {make.__name__} cannot be given on the command line")
    try:
        return make(value)
    except Exception as error:  # whatever the user's class raises, it is the value that is wrong
        raise ValueError(f"{_shown(value)} is not a {make.__name__}: {error}") from error


def _shown(value: "Any") -> str:
    from .shown import shown  # for messages only

    return shown(value)


_CONVERTERS: "dict[str, Callable[[Any], Any]]" = {
    "integer": _integer,
    "float": _float,
    "string": _string,
    "flag": _flag,
}
