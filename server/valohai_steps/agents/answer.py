"""What a tool answers, and why it refuses."""

from msgspec import Struct


class ToolError(Exception):
    """What is asked for cannot be; the message says what is wrong, and what to do."""


class Answer(Struct, frozen=True):
    """The answer of a tool: `content` for programs, the same as a `text` for whoever reads it."""

    content: Struct
    text: str
