"""What a step is made of."""

from types import MappingProxyType

from valohai_steps.model.schema.parameters import INPUT, PARAMETER
from valohai_steps.model.schema.shape import (
    BOOLEAN,
    COMMAND,
    DURATION,
    ENVIRONMENT,
    EXPRESSION,
    FREE,
    IMAGE,
    INTEGER,
    NUMBER,
    STRING,
    STRINGS,
    Form,
    Key,
    Refers,
    Scalar,
    Shape,
    Takes,
    keys,
    naming,
    objects,
)

OUTPUT = Shape(
    "output",
    "Files that the step writes to /valohai/outputs; naming them is for readers.",
    keys(
        Key("name", STRING, "The name of the file or group of files."),
        Key("description", STRING, "What the files are."),
    ),
    required=("name",),
)

ENVIRONMENT_VARIABLE = Shape(
    "environment variable",
    "A variable that the command finds in its environment.",
    keys(
        Key("name", STRING, "The name of the variable."),
        Key("default", STRING, "The value that counts when no other is given; always a string."),
        Key("optional", BOOLEAN, "Whether it may be left out when the step is run.", True),
        Key("description", STRING, "A help text, shown where the value is entered."),
    ),
    required=("name",),
    former=MappingProxyType({"value": "default", "required": "optional"}),
)

MOUNT = Shape(
    "mount",
    "A folder of the machine or of the network that the step sees as one of its own.",
    keys(
        Key("source", STRING, "The folder on the machine, or the address of the share."),
        Key("destination", Takes((Scalar.STRING,), form=Form.ABSOLUTE), "Where the step finds it."),
        Key("readonly", BOOLEAN, "Whether the step may only read it.", False),
        Key("type", STRING, "The kind of file system: `nfs`, `cifs` and the like."),
        Key("options", FREE, "Options of the file system, by name."),
    ),
    required=("source", "destination"),
    former=MappingProxyType({"read-only": "readonly", "target": "destination"}),
)
MOUNTS = Takes(items=Takes((Scalar.STRING,), form=Form.MOUNT, object=MOUNT))

_LEAST = Key("min", NUMBER, "What the run asks for.")
_MOST = Key("max", NUMBER, "More than this it does not get.")
CPU = Shape("cpu limit", "Processors, in cores.", keys(_LEAST, _MOST))
MEMORY = Shape("memory limit", "Memory, in megabytes.", keys(_LEAST, _MOST))
STORAGE = Shape(
    "storage limit",
    "Disk space that goes with the run, in megabytes.",
    keys(Key("min", INTEGER, _LEAST.sentence), Key("max", INTEGER, _MOST.sentence)),
)
CPU_KEY = Key("cpu", Takes(object=CPU), "How many processor cores a run on Kubernetes gets.")
MEMORY_KEY = Key("memory", Takes(object=MEMORY), "How much memory a run on Kubernetes gets, in megabytes.")
DEVICES_KEY = Key(
    "devices",
    Takes(free=True, values=Takes((Scalar.NUMBER,), least=1)),
    "How many of each device a run on Kubernetes gets: `nvidia.com/gpu: 1`.",
)
FORMER_RESOURCES = MappingProxyType({"gpu": "devices", "gpus": "devices", "cpus": "cpu", "ram": "memory"})
RESOURCES = Shape(
    "resources section",
    "What a run on Kubernetes gets of its machine.",
    keys(CPU_KEY, MEMORY_KEY, DEVICES_KEY),
    former=FORMER_RESOURCES,
)

ENVIRONMENT_KEY = Key("environment", ENVIRONMENT, "The machine type to run on: its slug or its ID.")
PRESET_KEY = Key(
    "runtime-config-preset",
    STRING,
    "The preset of the environment's settings to run with; needs `environment`.",
)
AUTORESTART_KEY = Key(
    "autorestart", BOOLEAN, "Whether the run starts again when its machine is taken away.", False
)
MOUNTS_KEY = Key("mounts", MOUNTS, "Folders of the machine or the network that the step sees.")
VARIABLES_KEY = Key(
    "environment-variables",
    objects(ENVIRONMENT_VARIABLE),
    "Variables that the command finds in its environment.",
)
PARAMETERS_KEY = Key("parameters", objects(PARAMETER), "Values that can be set for each run.")
INPUTS_KEY = Key("inputs", objects(INPUT), "Files that the run finds in /valohai/inputs.")

STEP = Shape(
    "step",
    "A kind of run: an image, a command, and what can be set for each run.",
    keys(
        Key("name", STRING, "The name of the step."),
        Key("image", IMAGE, "The Docker image that the command runs in."),
        Key(
            "command",
            COMMAND,
            "The shell command, or a list of them. `{parameters}` becomes the parameters, `{parameter:NAME}` "
            "one of them, `{parameter-value:NAME}` its value alone.",
        ),
        PARAMETERS_KEY,
        INPUTS_KEY,
        ENVIRONMENT_KEY,
        Key(
            "source-path",
            naming(Refers.FILE),
            "The file that the command's `{source-path}` stands for.",
        ),
        Key(
            "upload-store",
            Takes((Scalar.STRING,), longest=64, refers=Refers.STORE),
            "The data store that outputs go to: its name or its ID.",
        ),
        PRESET_KEY,
        VARIABLES_KEY,
        Key(
            "environment-variable-groups",
            STRINGS,
            "Groups of environment variables that the project or the organization keeps, by name.",
        ),
        Key("outputs", objects(OUTPUT), "What the step writes, for readers."),
        MOUNTS_KEY,
        Key(
            "cache-volumes", STRINGS, "Kubernetes volumes that keep downloaded inputs between runs, by name."
        ),
        Key("resources", Takes(object=RESOURCES), "What a run on Kubernetes gets of its machine."),
        Key("time-limit", DURATION, "How long a run may take at most: seconds, or a time such as `1h 30m`."),
        Key(
            "no-output-timeout",
            DURATION,
            "How long a run may write nothing to its log before it is stopped: seconds, or `30m`.",
        ),
        Key("stop-condition", EXPRESSION, "The run stops when this is true of its metadata."),
        AUTORESTART_KEY,
        Key("description", STRING, "What the step does, for readers."),
        Key("category", STRING, "The heading under which the step is shown."),
        Key("icon", STRING, "The address of a picture, shown beside the step."),
    ),
    required=("name", "image", "command"),
    needs=MappingProxyType({"runtime-config-preset": "environment"}),
    former=MappingProxyType(
        {
            "commands": "command",
            "docker-image": "image",
            "env": "environment-variables",
            "timeout": "time-limit",
            "output": "outputs",
        }
    ),
)

OVERRIDE = Shape(
    "override",
    "What the node's runs have otherwise than the step.",
    keys(
        Key("image", IMAGE, "The Docker image, instead of the step's."),
        Key("command", COMMAND, "The command, instead of the step's."),
        PARAMETERS_KEY,
        INPUTS_KEY,
        ENVIRONMENT_KEY,
        PRESET_KEY,
        VARIABLES_KEY,
        MOUNTS_KEY,
        AUTORESTART_KEY,
    ),
    needs=MappingProxyType({"runtime-config-preset": "environment"}),
    former=MappingProxyType({"commands": "command", "input": "inputs", "parameter": "parameters"}),
)
