"""``valohai.distributed``: the members of a distributed task."""

from __future__ import annotations

from .paths import get_distributed_config_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

__all__ = ["Distributed", "DistributedConfig", "Member", "distributed"]


class Member:
    """One execution of a distributed task.

    ``rank`` counts from 0 in the order of the members' ids; ``announce_time`` is a string, in ISO 8601.
    """

    def __init__(  # noqa: PLR0913  # the keys of distributed.json
        self,
        *,
        announce_time: str,
        identity: str,
        job_id: str,
        member_id: str,
        exposed_ports: dict[str, str],
        local_ips: list[str],
        public_ips: list[str],
        rank: Optional[int] = None,
    ) -> None:
        self.announce_time = announce_time
        self.identity = identity
        self.job_id = job_id
        self.member_id = member_id
        self.exposed_ports = exposed_ports
        self.local_ips = local_ips
        self.public_ips = public_ips
        self.rank = rank

    @property
    def is_master(self) -> bool:
        """Whether this is the member of rank 0."""
        return self.rank == 0

    @property
    def primary_local_ip(self) -> str:
        """The first address within the task's network. Raises RuntimeError if there is none."""
        return _first(self.local_ips, "local", self.member_id)

    @property
    def primary_public_ip(self) -> str:
        """The first public address. Raises RuntimeError if there is none."""
        return _first(self.public_ips, "public", self.member_id)


class DistributedConfig:
    """The content of Valohai's ``distributed.json``; ``members`` are in the order of the file."""

    def __init__(
        self, *, group_name: str, member_id: str, required_count: int, members: list[Member]
    ) -> None:
        self.group_name = group_name
        self.member_id = member_id
        self.required_count = required_count
        self.members = members


class Distributed:
    """The distributed task that this execution is a member of.

    All but ``is_distributed_task`` raise FileNotFoundError where Valohai wrote no ``distributed.json``.
    """

    _config: Optional[DistributedConfig] = None

    def is_distributed_task(self) -> bool:
        """Whether this execution is a member of a distributed task; a damaged file is a warning and False."""
        try:
            return bool(self.config.group_name)
        except FileNotFoundError:
            return False
        except (OSError, ValueError) as error:
            import warnings

            warnings.warn(f"not treated as a distributed task: {error}", stacklevel=2)
            return False

    @property
    def group_name(self) -> str:
        """The name of the group of executions."""
        return self.config.group_name

    @property
    def member_id(self) -> str:
        """The id of this execution within the group."""
        return self.config.member_id

    @property
    def rank(self) -> Optional[int]:
        """The rank of this execution, from 0."""
        return self.me().rank

    @property
    def required_count(self) -> int:
        """How many members the task needs."""
        return self.config.required_count

    def members(self) -> list[Member]:
        """All members, this execution among them."""
        return self.config.members

    def member(self, member_id: str) -> Member:
        """The member of that id. Raises RuntimeError if there is none."""
        for member in self.members():
            if member.member_id == member_id:
                return member
        raise RuntimeError(
            f"no member has the id {member_id!r}; ids: {[each.member_id for each in self.members()]}"
        )

    def me(self) -> Member:
        """This execution."""
        return self.member(self.config.member_id)

    def master(self) -> Member:
        """The member of rank 0, the same for every member. Raises RuntimeError if there are no members."""
        for member in self.members():
            if member.is_master:
                return member
        raise RuntimeError("the distributed task has no members")

    @property
    def config(self) -> DistributedConfig:
        """The content of ``distributed.json``, read once. Raises ValueError if it is damaged."""
        if self._config is None:
            self._config = _read_config()
        return self._config

    def flush_state(self) -> None:
        """Forget what was read, so that it is read again."""
        self._config = None


distributed = Distributed()


def _read_config() -> DistributedConfig:
    from ._step.configuration import read_configuration

    path = get_distributed_config_path()
    content = read_configuration(path)
    try:
        members = [_member(each) for each in content["members"]]
        said = content["config"]
        config = DistributedConfig(
            group_name=said["group_name"],
            member_id=said["member_id"],
            required_count=said["required_count"],
            members=members,
        )
    except (LookupError, TypeError) as error:
        raise ValueError(
            f"{path}: not in the format that Valohai writes: {type(error).__name__}: {error}"
        ) from error
    for rank, member in enumerate(sorted(members, key=_rank_key(members))):
        member.rank = rank
    return config


def _member(said: dict[str, Any]) -> Member:
    network = said["network"]
    return Member(
        announce_time=said["announce_time"],
        identity=said["identity"],
        job_id=said["job_id"],
        member_id=said["member_id"],
        exposed_ports=network["exposed_ports"],
        local_ips=network["local_ips"],
        public_ips=network["public_ips"],
    )


def _rank_key(members: list[Member]) -> Any:
    """By number when every id is one (so 10 comes after 9), else by text."""
    numeric = all(str(member.member_id).strip().lstrip("+-").isdecimal() for member in members)
    return lambda member: int(member.member_id) if numeric else str(member.member_id)


def _first(addresses: list[str], kind: str, member_id: str) -> str:
    if not addresses:
        raise RuntimeError(f"member {member_id!r} has no {kind} address in the task's network")
    return addresses[0]
