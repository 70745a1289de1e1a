"""The arguments of `prepare()` and the keys of definitions, each with a sentence: for completion and help.

What they are is Valohai's schema (`step`, `param-item`, `input-item` of valohai-yaml) and the signature of
`prepare()`; the sentences are our own.
"""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct

TYPES = ("integer", "float", "string", "flag")
MULTIPLE = ("separate", "repeat", "none")
KEEP_DIRECTORIES = ("none", "suffix", "full")
DOWNLOAD = ("always", "on-demand")


class ItemKey(Struct, frozen=True):
    """An argument or a key.

    `takes` says what, in words; `texts` are the texts it is one of, `flags` tells that True and False do as
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
    ItemKey("step", "a text", "The name of the step in valohai.yaml.", blank=_TEXT),
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
        "a text",
        "The Docker image that the step runs in. Without it the image in valohai.yaml stays; a new step gets "
        "a plain Python image.",
        blank=_TEXT,
    ),
    ItemKey("environment", "a text", "The machine type to run on: its slug or its ID.", blank=_TEXT),
    ItemKey(
        "multifile",
        "True or False",
        "Several files declare this one step; its command runs the file that `source-path` names.",
        "False",
        flags=True,
        blank="True",
    ),
    ItemKey("upload_store", "a text", "The data store that outputs go to: its name or its ID.", blank=_TEXT),
)

_DESCRIPTION = ItemKey("description", "a text", "A help text, shown where the value is entered.", blank=_TEXT)

PARAMETER_KEYS: Mapping[str, ItemKey] = _by_name(
    ItemKey("default", "any value", "The value that counts when no other is given.", "None"),
    ItemKey(
        "type",
        "a text",
        "The type of the value; the default tells it when it is not given.",
        '"string"',
        texts=TYPES,
    ),
    _DESCRIPTION,
    ItemKey("min", "a number", "The least value that is accepted."),
    ItemKey("max", "a number", "The greatest value that is accepted."),
    ItemKey("choices", "a list", "The values to choose from; no other is accepted.", blank=_LIST),
    ItemKey(
        "optional",
        "True or False",
        "Whether it may be left out when the step is run.",
        "False",
        flags=True,
    ),
    ItemKey(
        "multiple",
        "a text",
        "Whether it takes several values: each behind a flag of its own (`repeat`), or all behind one "
        "(`separate`).",
        '"none"',
        texts=MULTIPLE,
    ),
    ItemKey(
        "multiple-separator",
        "a text",
        "What stands between the values of `multiple: separate`.",
        '","',
        blank=_TEXT,
    ),
    ItemKey(
        "pass-as",
        "a text",
        "How the command line gets the value.",
        '"--{name}={value}"',
        blank=_TEXT,
    ),
    ItemKey("pass-true-as", "a text", "What the command line gets when a flag is on.", blank=_TEXT),
    ItemKey("pass-false-as", "a text", "What the command line gets when a flag is off.", blank=_TEXT),
    ItemKey("widget", "a string or a dict", "How the value is entered in Valohai's web pages.", blank=_TEXT),
    ItemKey("category", "a text", "The heading under which it is shown.", blank=_TEXT),
)

INPUT_KEYS: Mapping[str, ItemKey] = _by_name(
    ItemKey("default", "a URI or a list of them", "The files that are used when no other are given.", "None"),
    ItemKey(
        "optional",
        "True or False",
        "Whether the step may run without it.",
        "False",
        flags=True,
    ),
    _DESCRIPTION,
    ItemKey(
        "keep-directories",
        "a text, True or False",
        "Which folders of a URI with `*` are kept: none, those from the `*` on (`suffix`), or all (`full`).",
        '"none"',
        texts=KEEP_DIRECTORIES,
        flags=True,
    ),
    ItemKey("filename", "a text", "The name that a single file gets.", blank=_TEXT),
    ItemKey(
        "download",
        "a text",
        "Whether the files are there when the step starts, or are fetched by the step (`on-demand`).",
        '"always"',
        texts=DOWNLOAD,
    ),
)

KEYS: Mapping[str, Mapping[str, ItemKey]] = MappingProxyType(
    {"parameter": PARAMETER_KEYS, "input": INPUT_KEYS}
)
