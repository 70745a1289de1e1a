"""Where a shell is, through groups, subshells, branches, loops and functions (POSIX, "Compound Commands")."""

from types import MappingProxyType

from msgspec import Struct, field

# The folder of a shell where nothing but that shell can tell it.
UNKNOWN = "$PWD"
_LOOPS = ("while", "until", "for", "select")
_CLOSERS = MappingProxyType({"{": "}", "if": "fi", "case": "esac", **dict.fromkeys(_LOOPS, "done")})
CLOSERS = frozenset(_CLOSERS.values())
OPENERS = frozenset(_CLOSERS)
BRANCHES = frozenset({"then", "do", "else", "elif"})


class Folder(Struct, frozen=True):
    """A folder as seen from the repository: `path` where it is sure, else UNKNOWN.

    `likely` is what it is if each `cd` to what the shell fills in stays where it is; None where even that
    does not tell it.
    """

    path: str
    likely: str | None


NOWHERE = Folder(UNKNOWN, None)


class Where(Struct, frozen=True):
    """Where a shell is, and where `cd -` leads; None where it has not moved."""

    now: Folder
    before: Folder | None = None


class Frame(Struct):
    """A shell, or a compound command in one. `opener` is its first word, "" of the shell itself.

    `start` is where it began, `began` where its running list did, `entry` where its branches begin, `end`
    where those lead that are over. `kept` is where the shell was in front of a running `||`, and where behind
    it. `body` is the function that it is in, `loop` the innermost loop.
    """

    opener: str
    where: Where
    start: Where
    began: Where
    entry: Where
    end: Where | None = None
    kept: tuple[Where, Where] | None = None
    is_tested: bool = False
    has_else: bool = False
    is_piped: bool = False
    is_function: bool = False
    in_pattern: bool = False
    in_parentheses: bool = False
    body: str | None = None
    loop: "Frame | None" = None


class Shells(Struct):
    """The frames that are open, the innermost last; the functions that move their shell.

    `named` is the function whose body comes next.
    """

    frames: list[Frame]
    moving: set[str] = field(default_factory=set)
    named: str | None = None

    @property
    def top(self) -> Frame:
        """The innermost frame."""
        return self.frames[-1]


def shell_in(folder: str) -> Shells:
    """A shell that starts in a folder."""
    where = Where(Folder(folder, None if folder == UNKNOWN else folder))
    return Shells([Frame("", where, where, where, where)])


def enter(shells: Shells, opener: str, *, is_piped: bool) -> None:
    """Begin a compound command; one behind the name of a function runs wherever that is called."""
    outer, name = shells.top, shells.named
    where = outer.where if name is None else Where(NOWHERE, NOWHERE)
    frame = Frame(opener, where, where, where, where)
    frame.is_piped, frame.is_function, frame.in_pattern = is_piped, name is not None, opener == "case"
    frame.in_parentheses = opener == "(" or outer.in_parentheses
    frame.body, shells.named = name or outer.body, None
    frame.loop = frame if opener in _LOOPS else outer.loop
    shells.frames.append(frame)


def leave(shells: Shells, closer: str, *, is_piped: bool) -> Folder:
    """End the innermost frame, if that is how it ends; the folder in which its redirections are."""
    frame = shells.top
    if closer != (")" if frame.opener == "(" else _CLOSERS.get(frame.opener)):
        return frame.where.now
    end_list(frame)
    shells.frames.pop()
    end = frame.where if frame.end is None else _either(frame.end, frame.where)
    if frame.opener not in ("(", "{") and not frame.has_else:
        end = _either(end, frame.entry)
    if not (frame.opener == "(" or frame.is_function or frame.is_piped or is_piped):
        shells.top.where = end
    return frame.start.now


def branch(frame: Frame, word: str) -> None:
    """Begin what `then`, `do`, `else` or `elif` stands in front of."""
    if word in ("then", "do"):
        frame.entry = frame.where
    elif frame.opener == "if":
        _end_branch(frame, _either(frame.start, frame.entry))
        frame.has_else = frame.has_else or word == "else"


def end_pattern(frame: Frame) -> None:
    """Begin a clause of a `case`, behind its `)`."""
    frame.in_pattern = False
    frame.where = frame.began = frame.entry


def end_clause(frame: Frame) -> None:
    """End a clause of a `case`, at `;;`."""
    end_list(frame)
    if frame.opener == "case":
        _end_branch(frame, frame.entry)
        frame.in_pattern = True


def end_list(frame: Frame) -> None:
    """End a list, at `;`: a `cd` behind a test may not have run."""
    settle(frame)
    if frame.is_tested:
        frame.where = _either(frame.began, frame.where)
    frame.is_tested, frame.began = False, frame.where


def end_in_background(frame: Frame) -> None:
    """End a list, at `&`: it has moved nothing."""
    frame.kept, frame.where = None, frame.began
    end_list(frame)


def begin_alternative(frame: Frame) -> None:
    """Begin what stands behind `||`: it runs where something in front of it has failed."""
    settle(frame)
    kept, frame.where = frame.where, _either(frame.began, frame.where)
    frame.kept = (kept, frame.where)


def settle(frame: Frame) -> None:
    """End what stands behind `||`: as long as it has moved nothing, all counts as done in front of it."""
    if frame.kept is not None:
        kept, started = frame.kept
        frame.where = kept if frame.where is started else _either(kept, frame.where)
        frame.kept = None


def move(shells: Shells, folder: Folder) -> None:
    """Follow a `cd`."""
    _put(shells, Where(folder, shells.top.where.now))


def lose(shells: Shells) -> None:
    """Follow what may have moved the shell: neither where it is nor where it was is sure."""
    _put(shells, Where(NOWHERE, NOWHERE))  # another one: `||` asks whether it is the same


def jump(frame: Frame) -> None:
    """Leave the loop, or this turn of it, as `break` and `continue` do."""
    if frame.loop is not None:
        loop = frame.loop
        loop.end = frame.where if loop.end is None else _either(loop.end, frame.where)


def end_line(shells: Shells) -> None:
    """End a line of the command: a parenthesis ends with it, and what is open within."""
    while shells.top.in_parentheses:
        shells.frames.pop()
    end_list(shells.top)


def _put(shells: Shells, where: Where) -> None:
    frame = shells.top
    frame.where = where
    if frame.body is not None:
        shells.moving.add(frame.body)


def _end_branch(frame: Frame, then: Where) -> None:
    frame.end = frame.where if frame.end is None else _either(frame.end, frame.where)
    frame.where = frame.began = then


def _either(one: Where, other: Where) -> Where:
    """Where a shell is of which one of two is true."""
    if one == other:
        return one
    now = one.now if one.now == other.now else NOWHERE
    return Where(now, one.before if one.before == other.before else NOWHERE)
