"""``valohai.logger()``: metadata, one JSON line on standard output per batch."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any, Optional, TextIO

__all__ = ["Logger", "logger"]


class Logger:
    """Collects names and values and prints them together, which is how Valohai tells one batch from the next.

    ::

        with valohai.logger() as logger:
            logger.log("epoch", epoch)
            logger.log(accuracy=0.9, loss=0.1)
    """

    def __init__(self) -> None:
        self.partial_logs: dict[str, Any] = {}

    def __enter__(self) -> Logger:  # noqa: PYI034  # Self is in typing from 3.11
        self.partial_logs = {}
        return self

    def __exit__(
        self,
        exc_type: Optional[type[BaseException]],
        exc_value: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.flush()

    def log(self, /, *args: Any, **kwargs: Any) -> None:
        """Add to the batch: ``log("loss", 0.1, "epoch", 2)`` or ``log(loss=0.1, epoch=2)``.

        Numbers, strings, booleans, None, lists and dicts of these; scalars and arrays of numpy, torch,
        tensorflow and jax as the numbers they hold; anything else as its string. No value raises, whatever
        its class does.

        Raises ValueError for a name without a value.
        """
        if len(args) % 2:
            raise ValueError(f"log() takes names and values in turn; {_name(args[-1])!r} has no value")
        self.partial_logs.update({_name(name): value for name, value in zip(args[::2], args[1::2])})
        self.partial_logs.update(kwargs)

    def flush(self) -> None:
        """Print the batch, if there is one, as a line of valid JSON (NaN and infinities as ``null``).

        A line that cannot be printed (the disk is full, nobody reads the output) is a warning.
        """
        if not self.partial_logs:
            return
        from ._platform.metadata_json import metadata_line

        batch, self.partial_logs = self.partial_logs, {}
        stream = _output_stream()
        if stream is not None:
            _print_line(stream, metadata_line(batch))


logger = Logger


def _name(name: object) -> str:
    if isinstance(name, str):
        return name
    from ._platform.metadata_json import text_of

    return text_of(name)


def _print_line(stream: TextIO, line: str) -> None:
    try:
        # In one call, and from a new line, so that a progress bar or another thread does not break it.
        stream.write(f"\n{line}\n")
        stream.flush()
    except Exception as error:
        import warnings

        warnings.warn(f"metadata not printed: {type(error).__name__}: {error}", stacklevel=3)


def _output_stream() -> Optional[TextIO]:
    from ._platform.notebook import is_in_notebook

    # A notebook keeps sys.stdout for its page; Valohai reads the real one.
    return (sys.__stdout__ if is_in_notebook() else None) or sys.stdout
