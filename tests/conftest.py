"""For every test: hypothesis tries the same examples in every run, and keeps nothing on disk.

Tests marked `long` run when they are asked for (`-m long`). With `--no-process` (`make test-unit`) those
marked `process` are left out; of the floors below the protocol no other test may start one, in any run.
"""

import sys
from collections.abc import Iterator

import pytest
from hypothesis import settings

settings.register_profile("deterministic", derandomize=True, deadline=None, database=None)
settings.load_profile("deterministic")

_STARTS = {"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system", "os.exec"}
_FLOORS = ("model", "source", "config", "drift", "project", "ide")
_MAY_START = ("process", "vendor", "editor", "long")
_RUNNING = pytest.StashKey[str]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--no-process", action="store_true", help="leave out the tests that start a process")


def pytest_configure(config: pytest.Config) -> None:
    def refuse(event: str, _arguments: object) -> None:
        if event in _STARTS and (name := config.stash.get(_RUNNING, "")):
            raise RuntimeError(f"{name} starts a process: mark it with @pytest.mark.process")

    sys.addaudithook(refuse)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = {"process"} if config.getoption("--no-process") else set[str]()
    if "long" not in config.getoption("-m"):
        left_out.add("long")
    unwanted = [item for item in items if any(item.get_closest_marker(name) for name in left_out)]
    config.hook.pytest_deselected(items=unwanted)
    items[:] = [item for item in items if item not in set(unwanted)]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    tests = item.config.rootpath / "tests"
    is_of_a_floor = any(item.path.is_relative_to(tests / floor) for floor in _FLOORS)
    may_start = any(item.get_closest_marker(name) for name in _MAY_START)
    item.config.stash[_RUNNING] = item.nodeid if is_of_a_floor and not may_start else ""
    try:
        return (yield)
    finally:
        item.config.stash[_RUNNING] = ""
