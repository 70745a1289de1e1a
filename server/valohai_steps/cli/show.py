"""`valohai-steps show`: the YAML of a file's steps as a new valohai.yaml would hold it."""

import argparse

from valohai_steps.cli.outcomes import DONE, REFUSED
from valohai_steps.cli.output.paths import shown, whole_path
from valohai_steps.cli.output.terminal import Terminal
from valohai_steps.cli.sources import choose, complain_of_settings, with_neighbours
from valohai_steps.ide.command_line.made_steps.generation import show_step
from valohai_steps.ide.update.obstacles.refused import Refused, refused_line
from valohai_steps.ide.update.pipelines.made import makes_pipeline
from valohai_steps.ide.update.update import preview
from valohai_steps.project.disk.files import FileError, demand


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Print the YAML. Raises FileError."""
    chosen = choose([options.file], terminal)
    complain_of_settings(chosen, terminal)
    if chosen.scanned:
        raise FileError(options.file, "this is a folder; name one Python file or notebook in it")
    path = whole_path(options.file)
    python = demand(chosen.snapshot.python(path))
    if python is None or not python.has_say:
        if makes_pipeline(chosen.snapshot, path):
            graph = f"valohai-steps graph --file {shown(path)}"
            raise FileError(options.file, f"this file makes a pipeline, and no step; `{graph}` draws it")
        step = show_step(chosen.snapshot, path)
        if isinstance(step, Refused):
            raise FileError(options.file, step.reason)
        terminal.write(step)
        return DONE
    if any(step.is_multifile for step in python.steps):
        chosen = with_neighbours(chosen, terminal)
    result = preview(chosen.snapshot, path)
    if isinstance(result, Refused):
        for each in result.all:
            terminal.complain(refused_line(chosen.snapshot, each, "there is nothing to show", shown))
        return REFUSED
    terminal.write(result)
    return DONE
