"""The arguments of `prepare()` and the keys of definitions, each with a sentence: for completion and help.

The arguments are the signature of `prepare()`; the keys are those of the table, as Python writes them.
"""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct

from valohai_steps.model.schema.parameters import INPUT, PARAMETER
from valohai_steps.model.schema.shape import Key, Scalar


class ItemKey(Struct, frozen=True):
    """An argument or a key.

    `takes` says what, in words; `texts` are the strings it is one of, `flags` tells that True and False do as
    well. `default` is what counts when it is not given, as Python writes it. `blank` is how a value of it
    begins and ends, the cursor at `$0`.
    """

    name: str
    takes: str
    sentence: str
    default: str = ""
    texts: tuple[str, ...] = ()
    flags: bool = False
    blank: str = "$0"

    @property
    def markdown(self) -> str:
        """The sentence, the values, and what counts otherwise."""
        lines = [self.sentence]
        if self.texts:
            values = [*(f'`"{text}"`' for text in self.texts), *(("`True`", "`False`") if self.flags else ())]
            lines.append(f"One of {', '.join(values)}.")
        if self.default:
            lines.append(f"Without it: `{self.default}`.")
        return "\n\n".join(lines)


_TEXT, _LIST, _DICT = '"$0"', "[$0]", "{$0}"


def _by_name(*words: ItemKey) -> Mapping[str, ItemKey]:
    return MappingProxyType({word.name: word for word in words})


ARGUMENTS: Mapping[str, ItemKey] = _by_name(
    ItemKey("step", "a string", "The name of the step in valohai.yaml.", blank=_TEXT),
    ItemKey(
        "default_parameters",
        "a dict",
        "The parameters by name, each with its default, or with a definition such as "
        '`{"default": 5, "min": 1}`. The default tells the type.',
        blank=_DICT,
    ),
    ItemKey(
        "default_inputs",
        "a dict",
        "The inputs by name, each with its URI, a list of them, `None`, or a definition such as "
        '`{"default": "s3://...", "optional": True}`.',
        blank=_DICT,
    ),
    ItemKey(
        "image",
        "a string",
        "The Docker image that the step runs in. Without it the image in valohai.yaml stays; a new step gets "
        "a plain Python image.",
        blank=_TEXT,
    ),
    ItemKey("environment", "a string", "The machine type to run on: its slug or its ID.", blank=_TEXT),
    ItemKey(
        "multifile",
        "True or False",
        "Several files declare this one step; its command runs the file that `source-path` names.",
        "False",
        flags=True,
        blank="True",
    ),
    ItemKey(
        "upload_store", "a string", "The data store that outputs go to: its name or its ID.", blank=_TEXT
    ),
)


def _as_python(key: Key) -> ItemKey:
    """A key of valohai.yaml as a definition in Python has it."""
    takes, flags = key.takes, Scalar.BOOLEAN in key.takes.scalars
    words = ["a string"] if Scalar.STRING in takes.scalars else []
    words += ["a number"] if Scalar.NUMBER in takes.scalars else []
    words += ["a list"] if takes.items is not None and not words else []
    words += ["a dict"] if takes.is_mapping and not takes.anything else []
    said = " or ".join(words) if not flags else ", ".join([*words, "True or False"])
    if key.name == "default":
        said = "any value" if takes.anything else "a URI or a list of them"
    default = "None" if key.name == "default" else "" if key.default is None else _literal(key.default)
    return ItemKey(
        key.name,
        said,
        key.python or key.sentence,
        default,
        tuple(choice.value for choice in takes.choices),
        flags,
        _blank(key),
    )


def _literal(value: str | bool) -> str:
    return str(value) if isinstance(value, bool) else f'"{value}"'


def _blank(key: Key) -> str:
    takes = key.takes
    if key.name == "default" or takes.choices:
        return "$0"
    if Scalar.STRING in takes.scalars:
        return _TEXT
    return _LIST if takes.items is not None else "$0"


PARAMETER_KEYS: Mapping[str, ItemKey] = _by_name(
    *(_as_python(key) for key in PARAMETER.keys.values() if key.name != "name")
)
INPUT_KEYS: Mapping[str, ItemKey] = _by_name(
    *(_as_python(key) for key in INPUT.keys.values() if key.name != "name")
)
KEYS: Mapping[str, Mapping[str, ItemKey]] = MappingProxyType(
    {"parameter": PARAMETER_KEYS, "input": INPUT_KEYS}
)
