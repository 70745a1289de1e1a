"""What a pipeline is made of: nodes of three types, edges, parameters."""

from types import MappingProxyType

from valohai_steps.model.schema.shape import (
    ANYTHING,
    BOOLEAN,
    FREE,
    ONE_OR_MORE,
    STRING,
    STRINGS,
    Choice,
    Key,
    Refers,
    Scalar,
    Shape,
    Takes,
    Variants,
    keys,
    list_of,
    naming,
    objects,
    one_of,
)
from valohai_steps.model.schema.steps import OVERRIDE


def _known(*rows: tuple[str, str]) -> Takes:
    choices = tuple(Choice(value, sentence) for value, sentence in rows)
    one = Takes((Scalar.STRING,), choices, loose=True, open=True)
    return Takes((Scalar.STRING,), choices, loose=True, open=True, items=one)


# What can leave a node that runs something, and what can reach it; a deployment node only takes files
# (`valohai_yaml.objs.pipelines`).
EDGE_SOURCES = MappingProxyType(
    {
        "output": "files that the run writes",
        "metadata": "a value that the run logs",
        "parameter": "a parameter's value",
        "input": "the files of an input",
    }
)
EDGE_TARGETS = MappingProxyType({"input": "files for an input", "parameter": "a value for a parameter"})
DEPLOYMENT_TARGETS = MappingProxyType({"file": "a file of an endpoint"})

ACTION = Shape(
    "action",
    "What happens when a node comes to a point.",
    keys(
        Key(
            "when",
            _known(
                ("node-starting", "The node is about to start."),
                ("node-complete", "The node's run has ended well."),
                ("node-error", "The node's run has failed."),
            ),
            "The moment, or a list of them.",
        ),
        Key("if", ONE_OR_MORE, "A condition on the run's metadata: `metadata.accuracy < 0.8`."),
        Key(
            "then",
            _known(
                ("stop-pipeline", "The pipeline stops."),
                ("error-pipeline", "The pipeline stops and counts as failed."),
                ("require-approval", "The pipeline waits until somebody approves."),
                ("noop", "Nothing happens."),
            ),
            "What to do, or a list of it.",
        ),
    ),
    required=("when", "then"),
)

_STOPS = (
    ("stop-all", "The pipeline stops."),
    ("stop-next", "Only what comes behind this node stops."),
    ("continue", "The pipeline goes on as if nothing had happened."),
)
_NAME = Key("name", STRING, "The name that edges and parameters know the node by.")
_ACTIONS = Key("actions", objects(ACTION), "What happens when the node comes to a point.")
_ON_ERROR = Key(
    "on-error",
    one_of(*_STOPS, ("retry", "The node is run again.")),
    "What happens when the node's run fails.",
    "stop-all",
)
_STEP = Key("step", naming(Refers.STEP), "The step that the node runs.")
_COMMIT = Key(
    "commit", STRING, "The commit whose valohai.yaml holds the step; without it, the pipeline's own."
)
_OVERRIDE = Key("override", Takes(object=OVERRIDE), "What the node's runs have otherwise than the step.")
_MERGE = Key(
    "edge-merge-mode",
    one_of(
        ("replace", "Files of edges take the place of the input's default."),
        ("append", "Files of edges come on top of the input's default."),
    ),
    "What files of edges do to the input's default.",
    "replace",
)
NODE_TYPE = Key(
    "type",
    one_of(
        ("execution", "One run of a step."),
        ("task", "Many runs of a step, each with other parameters."),
        ("deployment", "A new version of a deployment, with files of other nodes."),
    ),
    "What the node does.",
)
EXECUTION_NODE = Shape(
    "execution node",
    "One run of a step.",
    keys(_NAME, NODE_TYPE, _STEP, _OVERRIDE, _ACTIONS, _ON_ERROR, _MERGE, _COMMIT),
    required=("name", "type", "step"),
)
TASK_NODE = Shape(
    "task node",
    "Many runs of a step, each with other parameters.",
    keys(
        _NAME,
        NODE_TYPE,
        _STEP,
        Key("task", naming(Refers.TASK), "The task of this file that the node runs, instead of `step`."),
        _OVERRIDE,
        _ACTIONS,
        _ON_ERROR,
        _MERGE,
        _COMMIT,
    ),
    required=("name", "type"),
    one_of=(("step", "task"),),
    at_most_one=(("step", "task"),),
)
DEPLOYMENT_NODE = Shape(
    "deployment node",
    "A new version of a deployment, with files of other nodes.",
    keys(
        _NAME,
        NODE_TYPE,
        Key("deployment", naming(Refers.DEPLOYMENT), "The deployment that gets a new version."),
        Key("endpoints", list_of(naming(Refers.ENDPOINT)), "The endpoints of the version, by name."),
        Key("aliases", STRINGS, "Names under which the version can be reached."),
        _ACTIONS,
        Key("on-error", one_of(*_STOPS), "What happens when the node fails.", "stop-all"),
    ),
    required=("name", "type", "deployment"),
)
NODE = Variants(
    "node",
    NODE_TYPE,
    MappingProxyType({"execution": EXECUTION_NODE, "task": TASK_NODE, "deployment": DEPLOYMENT_NODE}),
)

EDGE = Shape(
    "edge",
    "Something of one node that another node gets.",
    keys(
        Key(
            "source",
            naming(Refers.EDGE_SOURCE),
            "Where it comes from: `node.output.*`, `node.metadata.name`...",
        ),
        Key(
            "target", naming(Refers.EDGE_TARGET), "Where it goes: `node.input.name`, `node.parameter.name`..."
        ),
        Key("configuration", FREE, "Settings of the edge."),
    ),
    required=("source", "target"),
    former=MappingProxyType({"from": "source", "to": "target", "sources": "source", "targets": "target"}),
)
# The short form of an edge is a list of its two ends.
EDGES = Takes(items=Takes(items=STRING, count=2, object=EDGE))

_TARGET = Takes((Scalar.STRING,), refers=Refers.NODE_PARAMETER)
PIPELINE_PARAMETER = Shape(
    "pipeline parameter",
    "One value for parameters of several nodes.",
    keys(
        Key("name", STRING, "The name of the parameter."),
        Key(
            "targets",
            Takes((Scalar.STRING,), items=_TARGET, refers=Refers.NODE_PARAMETER),
            "The parameters that get the value: `node.parameters.name`.",
        ),
        Key("target", _TARGET, "The one parameter that gets the value: `node.parameters.name`."),
        Key("default", ANYTHING, "The value that counts when no other is given."),
        Key("description", STRING, "A help text, shown where the value is entered."),
        Key("category", STRING, "The heading under which it is shown."),
    ),
    required=("name",),
    at_most_one=(("target", "targets"),),
    former=MappingProxyType({"value": "default"}),
)

PIPELINE = Shape(
    "pipeline",
    "Runs of several steps, and what they hand to each other.",
    keys(
        Key("name", STRING, "The name of the pipeline."),
        Key("nodes", Takes(items=Takes(variants=NODE)), "What is run."),
        Key("edges", EDGES, "What the nodes hand to each other; `[]` when they only run side by side."),
        Key("parameters", objects(PIPELINE_PARAMETER), "Values for parameters of several nodes at once."),
        Key(
            "reuse-executions",
            BOOLEAN,
            "Whether a run that was made before with all the same is used again.",
            False,
        ),
    ),
    required=("name", "nodes", "edges"),
)
