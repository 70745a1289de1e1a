"""Processes and what they cost, by /proc and Linux's processor clocks: the benchmark runs on Linux only."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.samples import Sample

MB = 1024 * 1024


class FailedError(Exception):
    """A contestant ended with an error. The message has its command line and what it said."""


def run(
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str] | None = None,
    codes: Sequence[int] = (0,),
) -> Sample:
    """Run a command to its end: wall and processor time in ms, peak memory in MB.

    Raises FailedError where its exit code is none of `codes`.

    What the command prints goes to a file, so that a full pipe holds nothing up.
    """
    with (folder / ".output").open("wb+") as log:
        started = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in codes:
            log.seek(0)
            raise FailedError(f"{' '.join(command)} ended with {process.returncode}:\n{log.read().decode()}")
    return Sample(wall * 1000, (usage.ru_utime + usage.ru_stime) * 1000, usage.ru_maxrss / 1024)


def output(command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None) -> str:
    """What a command prints. Raises FailedError."""
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        raise FailedError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr}")
    return done.stdout


def processor_ms(pid: int) -> float:
    """Processor time of a living process and all its threads, in ms."""
    # clock_getcpuclockid(3), which Python lacks: ~pid in the upper bits, and 2 for "scheduled time" below.
    return time.clock_gettime_ns((~pid << 3) | 2) / 1e6


def resident_mb(pid: int) -> float:
    """What a living process holds in memory now, in MB."""
    return _status(pid, "VmRSS")


def peak_mb(pid: int) -> float:
    """The most that a living process has held in memory, in MB."""
    return _status(pid, "VmHWM")


def _status(pid: int, key: str) -> float:
    for line in Path(f"/proc/{pid}/status").read_text("ascii").splitlines():
        name, _, rest = line.partition(":")
        if name == key:
            return int(rest.split()[0]) / 1024
    raise LookupError(f"/proc/{pid}/status has no {key}")
