"""The words of the table: what a key takes, which keys an object has, and what a value refers to."""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from msgspec import Struct


class Scalar(Enum):
    """A kind of single value; its value is how a message names it."""

    STRING = "a string"
    NUMBER = "a number"
    INTEGER = "a whole number"
    BOOLEAN = "true or false"


class Form(Enum):
    """What a string must look like beyond being one; its value says so in words."""

    DURATION = "a time such as `1h 30m`, or whole seconds"
    EXPRESSION = "an expression such as `metadata.accuracy > 0.9`"
    ABSOLUTE = "a path that starts with `/`"
    RELATIVE = "a path that does not start with `/`"
    MOUNT = "`/source:/destination`"
    SELECTOR = "`label=value`"
    ENDPOINT = "at least two lower-case letters, digits or `-`, a letter first"


class Refers(Enum):
    """What the value of a key names; its value is the noun."""

    STEP = "step"
    TASK = "task"
    ENDPOINT = "endpoint"
    DEPLOYMENT = "deployment"
    PARAMETER = "parameter"
    INPUT = "input"
    NODE_PARAMETER = "parameter of a node"
    EDGE_SOURCE = "source of an edge"
    EDGE_TARGET = "target of an edge"
    IMAGE = "image"
    ENVIRONMENT = "environment"
    STORE = "data store"
    FILE = "file"
    COMMAND = "command"


class Choice(Struct, frozen=True):
    """One of the strings that a key takes, with a sentence for hover."""

    value: str
    sentence: str


class Takes(Struct, frozen=True):
    """What may be written at one place: any of a scalar, a list, a mapping.

    `anything` takes all. `choices` are the only strings; with `loose` their case, `-` and `_` do not count,
    with `open` others only do nothing. `items` is what a list holds, exactly `count` of them when that is
    not 0; `object` are the keys of a mapping, `variants` of one whose keys depend on another key; `free` is a
    mapping of whatever keys, its values as `values` says. `least` and `most` bound a number, `longest` a
    string's length in characters.
    """

    scalars: tuple[Scalar, ...] = ()
    choices: tuple[Choice, ...] = ()
    loose: bool = False
    open: bool = False
    items: "Takes | None" = None
    count: int = 0
    object: "Shape | None" = None
    variants: "Variants | None" = None
    free: bool = False
    values: "Takes | None" = None
    anything: bool = False
    least: float | None = None
    most: float | None = None
    longest: int | None = None
    form: Form | None = None
    refers: Refers | None = None

    @property
    def is_mapping(self) -> bool:
        """Whether a mapping is accepted."""
        return self.anything or self.free or self.object is not None or self.variants is not None

    @property
    def in_words(self) -> str:
        """What it takes, as a noun phrase: `a string or a list of strings`."""
        kinds = [scalar.value for scalar in self.scalars]
        if self.choices and not self.open:
            kinds = [k for k in kinds if k != Scalar.STRING.value]
            kinds.append(f"one of {', '.join(choice.value for choice in self.choices)}")
        if self.items is not None:
            kinds.append("a list" + self.items.plural)
        if self.is_mapping and not self.anything:
            kinds.append("a mapping")
        return " or ".join(kinds) or "any value"

    @property
    def plural(self) -> str:
        """What a list of them is a list of, with `of`; empty when there is no word for it."""
        if self.object is not None:
            return f" of {self.object.plural}"
        if self.variants is not None:
            return f" of {self.variants.plural}"
        return " of strings" if self.scalars == (Scalar.STRING,) else ""


class Key(Struct, frozen=True):
    """A key: what it takes, our sentence on it, and what counts without it (`default`, as a value of YAML).

    `python` is the sentence where Python says it in another way.
    """

    name: str
    takes: Takes
    sentence: str
    default: str | bool | None = None
    python: str = ""


class Shape(Struct, frozen=True):
    """The keys of a mapping, in the order in which they are usually written.

    `required` keys must all be there, one key of each tuple of `one_of` as well, and of each tuple of
    `at_most_one` no two. `needs` names the key that another one needs beside it. `former` are names that
    people write for a key, from other tools or older versions.
    """

    name: str
    sentence: str
    keys: Mapping[str, Key]
    required: tuple[str, ...] = ()
    one_of: tuple[tuple[str, ...], ...] = ()
    at_most_one: tuple[tuple[str, ...], ...] = ()
    needs: Mapping[str, str] = MappingProxyType({})
    former: Mapping[str, str] = MappingProxyType({})
    is_open: bool = False

    @property
    def title(self) -> str:
        """The name with its article: `an endpoint`."""
        return f"{'an' if self.name[0] in 'aeiou' else 'a'} {self.name}"

    @property
    def plural(self) -> str:
        """The name of several."""
        return f"{self.name}s"


class Variants(Struct, frozen=True):
    """Shapes of one thing, told apart by the value of `key`."""

    name: str
    key: Key
    shapes: Mapping[str, Shape]

    @property
    def plural(self) -> str:
        """The name of several."""
        return f"{self.name}s"


def keys(*rows: Key) -> Mapping[str, Key]:
    """Keys by name, in the order given."""
    return MappingProxyType({row.name: row for row in rows})


def list_of(takes: Takes) -> Takes:
    """A list whose items are `takes`."""
    return Takes(items=takes)


def objects(shape: Shape) -> Takes:
    """A list of mappings."""
    return Takes(items=Takes(object=shape))


def one_of(*rows: tuple[str, str], loose: bool = False, unknown: bool = False) -> Takes:
    """One of some strings, each with its sentence; with `unknown` another is accepted, but does nothing."""
    choices = tuple(Choice(value, sentence) for value, sentence in rows)
    return Takes((Scalar.STRING,), choices, loose=loose, open=unknown)


STRING = Takes((Scalar.STRING,))
NUMBER = Takes((Scalar.NUMBER,))
INTEGER = Takes((Scalar.INTEGER,))
BOOLEAN = Takes((Scalar.BOOLEAN,))
ANYTHING = Takes(anything=True)
FREE = Takes(free=True)
STRINGS = list_of(STRING)
ONE_OR_MORE = Takes((Scalar.STRING,), items=STRING)
EXPRESSION = Takes((Scalar.STRING,), form=Form.EXPRESSION)
DURATION = Takes((Scalar.INTEGER, Scalar.STRING), form=Form.DURATION, least=0)
IMAGE = Takes((Scalar.STRING,), refers=Refers.IMAGE)
COMMAND = Takes((Scalar.STRING,), items=STRING, refers=Refers.COMMAND)
ENVIRONMENT = Takes((Scalar.STRING,), refers=Refers.ENVIRONMENT)


def naming(refers: Refers) -> Takes:
    """A string that names something."""
    return Takes((Scalar.STRING,), refers=refers)
