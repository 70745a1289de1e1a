"""What an item of valohai.yaml is, in a few lines: a step, a task, an endpoint, a node of a pipeline."""

from collections.abc import Iterator

from valohai_steps.config.cursor.named import commands_of, names_in, text_of, what_runs
from valohai_steps.config.cursor.outline.pieces import Mapping
from valohai_steps.ide.completion.yaml.page import Page, declared_in
from valohai_steps.ide.hover.code_block import code_block

_SHOWN = 8
_LONGEST_COMMAND = 400


def item_words(page: Page, kind: str, name: str, keys: Mapping, *, named: bool = False) -> str:
    """An item: its name, and what it holds; `named`: the name is said already."""
    if kind == "step":
        return _step_words(name, keys, named=named)
    return _endpoint_words(name, keys) if kind == "endpoint" else _task_words(page, name, keys)


def node_words(page: Page, node: Mapping) -> str:
    """A node: what it runs, and what that is."""
    name = text_of(node, "name")
    kind, runs = what_runs(node)
    if kind == "deployment":
        return f"**{name}** node · a new version of deployment `{runs}`"
    line = f"**{name}** node" + (f" · runs {kind} `{runs}`" if runs else "")
    step = page.step_of_node(node)
    return f"{line}\n\n{_step_words(text_of(step, 'name'), step)}" if step is not None else line


def _endpoint_words(name: str, keys: Mapping) -> str:
    served = [f"{key} `{text_of(keys, key)}`" for key in ("wsgi", "server-command") if text_of(keys, key)]
    files = ", ".join(f"`{file}`" for file in names_in(keys, "files"))
    line = " · ".join((f"**{name}** endpoint", *served, *((f"files {files}",) if files else ())))
    return _described(line, keys)


def _task_words(page: Page, name: str, keys: Mapping) -> str:
    runs, kind = text_of(keys, "step"), text_of(keys, "type") or "grid_search"
    line = _described(f"**{name}** task · {kind}" + (f" over step `{runs}`" if runs else ""), keys)
    step = page.step(runs)
    return f"{line}\n\n{_step_words(runs, step)}" if step is not None else line


def _step_words(name: str, step: Mapping, *, named: bool = False) -> str:
    """A step: its image, its command, and what can be set for it."""
    image = text_of(step, "image")
    shown = f"image `{image}`" if image else ""
    first = shown if named else " · ".join(filter(None, (f"**{name}** step", shown)))
    return _described("\n\n".join(filter(None, (first, *_details(step)))), step)


def _details(step: Mapping) -> Iterator[str]:
    command = "\n".join(commands_of(step))
    if command:
        shown = command if len(command) <= _LONGEST_COMMAND else f"{command[:_LONGEST_COMMAND]}..."
        yield code_block("sh", shown)
    for key in ("parameters", "inputs", "outputs"):
        known = [f"`{each.name}` {each.detail}".rstrip() for each in declared_in(step, key)]
        more = f"; {len(known) - _SHOWN} more" if len(known) > _SHOWN else ""
        if known:
            yield f"{key}: {'; '.join(known[:_SHOWN])}{more}"


def _described(words: str, keys: Mapping) -> str:
    description = text_of(keys, "description")
    return f"{words}\n\n{description}" if description else words
