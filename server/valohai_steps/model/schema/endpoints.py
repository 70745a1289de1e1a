"""What an endpoint and a deployment are made of."""

from types import MappingProxyType

from valohai_steps.model.schema.shape import (
    BOOLEAN,
    COMMAND,
    IMAGE,
    STRING,
    Form,
    Key,
    Scalar,
    Shape,
    Takes,
    keys,
    objects,
    one_of,
)
from valohai_steps.model.schema.steps import (
    CPU_KEY,
    DEVICES_KEY,
    FORMER_RESOURCES,
    MEMORY_KEY,
    STORAGE,
)

FILE = Shape(
    "endpoint file",
    "A file that each version of the deployment brings.",
    keys(
        Key("name", STRING, "The name that edges and people know the file by."),
        Key("path", STRING, "Where the server finds the file."),
        Key("description", STRING, "What the file is."),
    ),
    required=("name", "path"),
)
TOLERATION = Shape(
    "toleration",
    "A taint of Kubernetes nodes that the endpoint may run on in spite of.",
    keys(
        Key("key", STRING, "The key of the taint; only `operator: Exists` does without."),
        Key(
            "operator",
            one_of(("Equal", "Key and value must be those."), ("Exists", "The key is enough.")),
            "How the taint is compared.",
            "Equal",
        ),
        Key("value", STRING, "The value of the taint."),
        Key(
            "effect",
            one_of(
                ("NoSchedule", "Taints that keep new work away."),
                ("PreferNoSchedule", "Taints that keep new work away where possible."),
                ("NoExecute", "Taints that also end running work."),
            ),
            "Which effect of the taint is tolerated; all without it.",
        ),
    ),
)
_ABSOLUTE = Takes((Scalar.STRING,), form=Form.ABSOLUTE)
SHARED_VOLUME = Shape(
    "shared volume",
    "A volume claim of Kubernetes that the endpoint sees.",
    keys(
        Key("pvc-name", STRING, "The name of the volume claim."),
        Key("mount-path", _ABSOLUTE, "Where the endpoint finds the volume."),
        Key(
            "sub-path",
            Takes((Scalar.STRING,), form=Form.RELATIVE),
            "The folder of the volume that is mounted; all of it without.",
        ),
        Key("read-only", BOOLEAN, "Whether the endpoint may only read it.", False),
    ),
    required=("pvc-name", "mount-path"),
    former=MappingProxyType({"readonly": "read-only"}),
)
WORKSPACE_VOLUME = Shape(
    "workspace volume",
    "Disk space of the endpoint's own.",
    keys(
        Key("mount-path", _ABSOLUTE, "Where the endpoint finds the volume."),
        Key("size", Takes((Scalar.INTEGER,), least=1), "How large it is, in gigabytes."),
        Key("storage-class-name", STRING, "The storage class of Kubernetes that it is made with."),
    ),
    required=("mount-path", "size"),
)
RESOURCES = Shape(
    "resources section",
    "What the endpoint gets of its machine.",
    keys(
        CPU_KEY,
        MEMORY_KEY,
        DEVICES_KEY,
        Key(
            "ephemeral-storage",
            Takes(object=STORAGE),
            "Disk space that goes with the endpoint, in megabytes.",
        ),
    ),
    former=FORMER_RESOURCES,
)
ENDPOINT = Shape(
    "endpoint",
    "A server of a deployment.",
    keys(
        Key("name", Takes((Scalar.STRING,), form=Form.ENDPOINT), "The name; it is part of the address."),
        Key("image", IMAGE, "The Docker image that the server runs in."),
        Key("description", STRING, "What the endpoint does, for readers."),
        Key("wsgi", STRING, "The WSGI application to serve: `module:name`."),
        Key("server-command", COMMAND, "The command that starts the server, instead of `wsgi`."),
        Key("port", Takes((Scalar.NUMBER,), least=1025, most=65535), "The port that the server listens to."),
        Key("files", objects(FILE), "Files that each version brings, such as a model."),
        Key(
            "node-selector",
            Takes((Scalar.STRING,), form=Form.SELECTOR),
            "The Kubernetes nodes: `label=value`.",
        ),
        Key("resources", Takes(object=RESOURCES), "What the endpoint gets of its machine."),
        Key("tolerations", objects(TOLERATION), "Taints of Kubernetes nodes that do not matter."),
        Key("shared-volumes", objects(SHARED_VOLUME), "Volume claims of Kubernetes that the endpoint sees."),
        Key("workspace-volume", Takes(object=WORKSPACE_VOLUME), "Disk space of the endpoint's own."),
    ),
    required=("name", "image"),
    one_of=(("wsgi", "server-command"),),
    at_most_one=(("wsgi", "server-command"),),
    former=MappingProxyType({"command": "server-command", "commands": "server-command"}),
)

DEPLOYMENT_DEFAULTS = Shape(
    "deployment default",
    "What a new deployment is made with.",
    keys(Key("target", STRING, "The deployment target: a cluster, by name.")),
    is_open=True,
)
DEPLOYMENT = Shape(
    "deployment",
    "Where endpoints are served.",
    keys(
        Key("name", STRING, "The name of the deployment."),
        Key(
            "defaults",
            Takes(object=DEPLOYMENT_DEFAULTS),
            "What the deployment is made with when there is none.",
        ),
    ),
    required=("name",),
)
