"""What a task is made of."""

from collections.abc import Mapping
from types import MappingProxyType

from valohai_steps.model.schema.shape import (
    BOOLEAN,
    EXPRESSION,
    INTEGER,
    NUMBER,
    STRING,
    Key,
    Refers,
    Scalar,
    Shape,
    Takes,
    keys,
    list_of,
    naming,
    objects,
    one_of,
)

RULES = Shape(
    "rule",
    "The values that a parameter takes in a task.",
    keys(
        Key(
            "items",
            list_of(Takes((Scalar.NUMBER, Scalar.STRING, Scalar.BOOLEAN))),
            "The values (`multiple`).",
        ),
        Key("value", NUMBER, "The one value (`single`)."),
        Key("start", NUMBER, "The first value (`linear`), or the first exponent (`logspace`)."),
        Key("end", NUMBER, "The last value (`linear`), or the last exponent (`logspace`)."),
        Key("step", NUMBER, "How far the next value is (`linear`)."),
        Key("count", NUMBER, "How many values (`logspace`, `random`)."),
        Key("base", NUMBER, "The base of the exponents (`logspace`)."),
        Key("min", NUMBER, "The least value (`random`)."),
        Key("max", NUMBER, "The greatest value (`random`)."),
        Key("distribution", STRING, "How random values are spread (`random`): `uniform`, `normal`..."),
        Key("seed", NUMBER, "Makes random values the same each time (`random`)."),
        Key("integerify", BOOLEAN, "Whether values are rounded to whole numbers.", False),
        Key("numberify", BOOLEAN, "Whether values that look like numbers are read as numbers.", False),
    ),
    former=MappingProxyType({"values": "items", "choices": "items"}),
)

VARIANT = Shape(
    "task parameter",
    "A parameter of the step, and the values it takes.",
    keys(
        Key("name", naming(Refers.PARAMETER), "The step's parameter."),
        Key(
            "style",
            one_of(
                ("linear", "From `start` to `end` in equal steps."),
                ("logspace", "Powers of `base`, the exponents in equal steps."),
                ("multiple", "The values in `items`, one after the other."),
                ("random", "Random values."),
                ("single", "One value."),
            ),
            "How the values are made.",
        ),
        Key("rules", Takes(object=RULES), "What the style needs: `items`, or `start`, `end` and `step`..."),
    ),
    required=("name", "style", "rules"),
)

# The rules of a parameter that count for its style.
STYLE_KEYS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "linear": frozenset(("start", "end", "step")),
        "logspace": frozenset(("start", "end", "count", "base", "integerify")),
        "multiple": frozenset(("items", "numberify")),
        "random": frozenset(("min", "max", "count", "distribution", "seed", "integerify")),
        "single": frozenset(("value",)),
    }
)
BAYESIAN_KEYS = ("engine", "optimization-target-metric", "optimization-target-value")

TASK = Shape(
    "task",
    "Many runs of one step, each with other parameters.",
    keys(
        Key("name", STRING, "The name of the task."),
        Key("step", naming(Refers.STEP), "The step that is run."),
        Key(
            "type",
            one_of(
                ("grid_search", "Every combination of the values."),
                ("random_search", "Random combinations of the values."),
                ("bayesian_tpe", "Each round's values are chosen by the results of those before."),
                ("manual_search", "The combinations in `parameter-sets`."),
                ("distributed", "Runs that work together on one thing."),
                loose=True,
            ),
            "How the values of the runs are chosen.",
            "grid_search",
        ),
        Key("parameters", objects(VARIANT), "The parameters that change, and their values."),
        Key(
            "parameter-sets",
            list_of(Takes(free=True, refers=Refers.PARAMETER)),
            "The parameters of each run, for `type: manual_search`.",
        ),
        Key("execution-count", INTEGER, "How many runs there are at most."),
        Key("execution-batch-size", INTEGER, "How many runs go on at a time in one round."),
        Key("maximum-queued-executions", INTEGER, "How many runs wait in the queue at most."),
        Key("optimization-target-metric", STRING, "The metadata to make as good as can be (`bayesian_tpe`)."),
        Key("optimization-target-value", NUMBER, "The value at which that is good enough (`bayesian_tpe`)."),
        Key("engine", STRING, "What chooses the values (`bayesian_tpe`)."),
        Key(
            "on-child-error",
            one_of(
                ("continue-and-complete", "The other runs go on, and the task counts as done."),
                ("continue-and-error", "The other runs go on, and the task counts as failed."),
                ("stop-all-and-error", "The other runs stop, and the task counts as failed."),
                loose=True,
            ),
            "What happens when a run fails.",
        ),
        Key("stop-condition", EXPRESSION, "The task stops when this is true of a run's metadata."),
        Key(
            "reuse-children",
            BOOLEAN,
            "Whether a run that was made before with all the same is used again.",
            False,
        ),
        Key("description", STRING, "What the task is for, for readers."),
    ),
    required=("name", "step"),
    one_of=(("parameters", "parameter-sets"),),
)
