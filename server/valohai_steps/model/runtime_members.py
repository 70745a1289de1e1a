"""What `import valohai` offers at run time, each with its signature and a sentence of our own."""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct


class Member(Struct, frozen=True):
    """A public name. `signature` is what stands in the brackets of a call; None for what is not called."""

    name: str
    sentence: str
    signature: str | None = None


def _by_name(*members: Member) -> Mapping[str, Member]:
    return MappingProxyType({member.name: member for member in members})


MODULE = _by_name(
    Member(
        "prepare",
        "Declares a step, and takes the values of its parameters and inputs.",
        "*, step, default_parameters=None, default_inputs=None, image=None, environment=None, "
        "multifile=False, upload_store=None",
    ),
    Member(
        "parameters", "A parameter of the step, by its name: `.value` holds its value.", "name, default=None"
    ),
    Member("inputs", "An input of the step, by its name: `.path()` is its file.", "name, default=None"),
    Member("outputs", "A folder whose files Valohai keeps: `.path()` is a file in it.", "name=''"),
    Member("logger", "Collects values and prints them together, as metadata of the run.", ""),
    Member("output_properties", "Sets properties of output files, and puts the files into datasets.", ""),
    Member("set_status_detail", "Shows a text beside the run on Valohai.", "status_detail"),
    Member("distributed", "The distributed task that this run is a member of."),
    Member("execution", "The run itself: `.config` tells its address and numbers.", ""),
    Member("triggers", "A trigger of the project, by its title or ID.", "title_or_uuid, *, required=True"),
    Member("Pipeline", "A pipeline that is written in Python.", "*args, **kwargs"),
)

_FILES = "path_filter=None, process_archives=True, force_download=False"
_FILES_OR_DEFAULT = "path_filter=None, default=None, process_archives=True, force_download=False"

# Those whose members are behind the name itself; all others are called first.
OBJECTS = ("distributed",)
# Files of either runtime that `valohai.` reaches as well: nobody needs them, and they are no mistake.
VENDOR_MODULES = frozenset(
    (
        "config",
        "consts",
        "controller_api",
        "internals",
        "metadata",
        "papi",
        "paths",
        "pipeline",
        "prepare_impl",
        "types",
        "webhooks",
        "yaml",
    )
)

# What is behind the dot of each of them: of what a call returns or, for `distributed`, of the name itself.
MEMBERS: Mapping[str, Mapping[str, Member]] = MappingProxyType(
    {
        "parameters": _by_name(Member("value", "The value that counts, in the declared type.")),
        "inputs": _by_name(
            Member(
                "path", "The path of the first file; it is downloaded when it is not here.", _FILES_OR_DEFAULT
            ),
            Member("paths", "The paths of all files, one after the other.", _FILES_OR_DEFAULT),
            Member("stream", "The first file, open for reading bytes.", _FILES),
            Member("streams", "All files, each open for reading bytes.", _FILES),
            Member(
                "uris",
                "The addresses of the files, as they are stated; nothing is downloaded. Only "
                "valohai-steps-runtime has it: valohai-utils does not.",
                "",
            ),
            Member("dir_path", "The folder of the files; it may not exist yet.", ""),
        ),
        "outputs": _by_name(
            Member("path", "The path of an output file; its folder is created.", "filename, makedirs=True"),
            Member("live_upload", "Uploads a file now and not at the end of the run.", "filename"),
            Member(
                "compress",
                "Packs output files into one archive.",
                "source, filename, live_upload=False, remove_originals=True",
            ),
            Member("dir_path", "The folder of all outputs."),
        ),
        "logger": _by_name(
            Member("log", "Adds names and values to what is printed together.", "*args, **kwargs"),
            Member("flush", "Prints what was added as one line.", ""),
        ),
        "output_properties": _by_name(
            Member("add", "Sets properties of an output file.", "*, file, properties"),
            Member(
                "add_to_dataset", "Puts an output file into a dataset version.", "*, file, dataset_version"
            ),
            Member("dataset_version_uri", "The address of a dataset version.", "dataset, version"),
        ),
        "execution": _by_name(Member("config", "The run's address and numbers; None outside Valohai.")),
        "distributed": _by_name(
            Member("is_distributed_task", "Whether this run is a member of a distributed task.", ""),
            Member("me", "The member that this run is.", ""),
            Member("master", "The member of rank 0.", ""),
            Member("members", "All members.", ""),
            Member("member", "A member by its ID.", "member_id"),
            Member("rank", "The rank of this run, from 0."),
            Member("required_count", "How many members the task needs."),
            Member("group_name", "The name of the group of runs."),
            Member("member_id", "The ID of this run in its group."),
            Member("config", "What Valohai says of the group."),
            Member("flush_state", "Forgets what was read, so that it is read again.", ""),
        ),
    }
)
