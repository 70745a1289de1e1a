"""What a row needs to be measured: the peers, a scratch folder, and how thorough to be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.client import Client
from bench.failures import of_each
from bench.peers import Peers
from bench.turns import Plan


@dataclass(frozen=True)
class Setting:
    """Handed to every row. `folder` is scratch, and removed at the end."""

    peers: Peers
    folder: Path
    quick: bool

    def plan(self, rounds: int, budget: float) -> Plan:
        """So many rounds and seconds for each contestant; a fraction of them when quick."""
        return Plan(max(5, rounds // 4), budget / 5) if self.quick else Plan(rounds, budget)

    def room(self, name: str) -> Path:
        """A new folder for one row's files."""
        room = self.folder / name
        room.mkdir(parents=True)
        return room.resolve()

    @contextmanager
    def servers(self, names: list[str], project: Path) -> Iterator[dict[str, Client]]:
        """These servers, ours first, started in a project folder and initialized; all ended afterwards."""
        commands = self.peers.servers()
        started: list[Client] = []

        def start(name: str, command: list[str]) -> Client:
            client = self.client(name, command, project)
            started.append(client)
            client.initialize()
            return client

        try:
            yield of_each({name: commands[name] for name in names}, start)
        finally:
            for client in started:
                client.stop()

    def client(self, name: str, command: list[str], project: Path) -> Client:
        """A server that is started, and not initialized yet. Its log goes to the scratch folder."""
        log = self.folder / f"{name.partition(',')[0]}.log"
        return Client(name, command, project, log, self.peers.settings().get(name))
