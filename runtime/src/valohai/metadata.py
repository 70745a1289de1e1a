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

    def __enter__(self) -> Logger:  # noqa: PYI034  Self is in typing from 3.11
        self.partial_logs = {}
        return self

    def __exit__(
        self,
        exc_type: Optional[type[BaseException]],
        exc_value: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.flush()

    def log(self, *args: Any, **kwargs: Any) -> None:
        """Add to the batch: ``log("loss", 0.1, "epoch", 2)`` or ``log(loss=0.1, epoch=2)``.

        Numbers, text, booleans, None, lists and dicts of these; scalars and arrays of numpy, torch,
        tensorflow and jax as the numbers they hold; anything else as its text.

        Raises ValueError for a name without a value.
        """
        if len(args) % 2:
            raise ValueError(f"log() takes names and values in turn; {args[-1]!r} has no value")
        self.partial_logs.update({str(name): value for name, value in zip(args[::2], args[1::2])})
        self.partial_logs.update(kwargs)

    def flush(self) -> None:
        """Print the batch, if there is one, as a line of valid JSON (NaN and infinities as ``null``)."""
        if not self.partial_logs:
            return
        from ._platform.metadata_json import metadata_line

        stream = _output_stream()
        if stream is not None:
            # In one call, and from a new line, so that a progress bar or another thread does not break it.
            stream.write(f"\n{metadata_line(self.partial_logs)}\n")
            stream.flush()
        self.partial_logs = {}


logger = Logger


def _output_stream() -> Optional[TextIO]:
    from ._platform.notebook import is_in_notebook

    # A notebook keeps sys.stdout for its page; Valohai reads the real one.
    return (sys.__stdout__ if is_in_notebook() else None) or sys.stdout
