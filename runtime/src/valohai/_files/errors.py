"""What can go wrong on the way to an input's files."""

from __future__ import annotations


class MissingInput(FileNotFoundError):
    """Nothing is where an input's path or pattern points."""


class DownloadError(OSError):
    """A download that failed; the message says which, why and what to do."""
