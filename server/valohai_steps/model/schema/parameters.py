"""What a parameter and an input of a step are made of, for valohai.yaml and for Python's definitions."""

from types import MappingProxyType

from valohai_steps.model.schema.shape import (
    ANYTHING,
    BOOLEAN,
    NUMBER,
    STRING,
    Choice,
    Key,
    Scalar,
    Shape,
    Takes,
    keys,
    one_of,
)

DESCRIPTION = Key("description", STRING, "A help text, shown where the value is entered.")
CATEGORY = Key("category", STRING, "The heading under which it is shown.")
OPTIONAL = Key("optional", BOOLEAN, "Whether it may be left out when the step is run.", False)

# What people write for a type, from Python, from JSON and from SQL.
FORMER_TYPES = MappingProxyType(
    {
        "int": "integer",
        "number": "float",
        "double": "float",
        "bool": "flag",
        "boolean": "flag",
        "str": "string",
        "text": "string",
    }
)

TYPE = one_of(
    ("integer", "A whole number."),
    ("float", "A number with a decimal point."),
    ("string", "Any string; what is not in quotes is read as YAML reads it."),
    ("flag", "On or off: the command line gets `--name`, or nothing."),
)
MULTIPLE = one_of(
    ("separate", "All values go behind one flag, with a separator between them: `--size=1,2`."),
    ("repeat", "Each value goes behind a flag of its own: `--size=1 --size=2`."),
    ("none", "One value only."),
)

WIDGET = Shape(
    "widget",
    "How the value is entered in Valohai's web pages.",
    keys(
        Key("type", STRING, "The kind of widget."),
        Key(
            "settings", Takes(free=True), "What the widget needs to know; each kind has settings of its own."
        ),
    ),
    required=("type",),
    is_open=True,
)

PARAMETER = Shape(
    "parameter",
    "A value that can be set for each run, and that the command line gets.",
    keys(
        Key(
            "name", STRING, "The name; the command line gets `--name=value` unless `pass-as` says otherwise."
        ),
        Key(
            "type",
            TYPE,
            "The type of the value.",
            "string",
            python="The type of the value; the default tells it when it is not given.",
        ),
        Key("default", ANYTHING, "The value that counts when no other is given."),
        Key("min", NUMBER, "The least value that is accepted."),
        Key("max", NUMBER, "The greatest value that is accepted."),
        Key("choices", Takes(items=ANYTHING), "The values to choose from; no other is accepted."),
        OPTIONAL,
        DESCRIPTION,
        Key(
            "multiple",
            MULTIPLE,
            "Whether it takes several values: each behind a flag of its own (`repeat`), or all behind one "
            "(`separate`).",
            "none",
        ),
        Key("multiple-separator", STRING, "What is between the values of `multiple: separate`.", ","),
        Key("pass-as", STRING, "How the command line gets the value.", "--{name}={value}"),
        Key("pass-true-as", STRING, "What the command line gets when a flag is on."),
        Key("pass-false-as", STRING, "What the command line gets when a flag is off."),
        Key(
            "widget",
            Takes((Scalar.STRING,), object=WIDGET),
            "How the value is entered in Valohai's web pages.",
        ),
        CATEGORY,
    ),
    required=("name",),
    former=MappingProxyType({"required": "optional", "value": "default", "help": "description"}),
)

# Keys that have an effect on a flag alone, and on numbers alone.
FLAG_KEYS = ("pass-true-as", "pass-false-as")
NUMBER_KEYS = ("min", "max")

INPUT = Shape(
    "input",
    "Files that the step finds in /valohai/inputs, below a folder with the input's name.",
    keys(
        Key("name", Takes((Scalar.STRING,), longest=64), "The name: the files are in /valohai/inputs/NAME."),
        Key(
            "default",
            Takes((Scalar.STRING,), items=STRING),
            "The files that are used when no others are given: a URI or a list of them.",
        ),
        Key("optional", BOOLEAN, "Whether the step may run without it.", False),
        DESCRIPTION,
        Key(
            "keep-directories",
            Takes(
                (Scalar.STRING, Scalar.BOOLEAN),
                (
                    Choice("none", "All files go into one folder."),
                    Choice("suffix", "The folders from the `*` of the URI on are kept."),
                    Choice("full", "All folders of the URI are kept."),
                ),
            ),
            "Which folders of a URI with `*` are kept: none, those from the `*` on (`suffix`), "
            "or all (`full`).",
            "none",
        ),
        Key("filename", STRING, "The name that a single file gets."),
        Key(
            "download",
            one_of(
                ("always", "The files are there when the step starts."),
                ("on-demand", "The step fetches the files when it needs them."),
            ),
            "Whether the files are there when the step starts, or are fetched by the step (`on-demand`).",
            "always",
        ),
    ),
    required=("name",),
    former=MappingProxyType(
        {
            "url": "default",
            "uri": "default",
            "urls": "default",
            "uris": "default",
            "default-url": "default",
            "defaults": "default",
            "required": "optional",
        }
    ),
)
