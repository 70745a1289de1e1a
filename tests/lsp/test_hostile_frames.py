"""Frames that are wrong: what they cover is lost, and nothing behind the next header."""

import json
import random
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types as lsp

from tests.lsp.wire import framed, notification, request, talk
from tests.seeds import weekly_seed
from valohai_steps.lsp.wire.framing import Broken, Framing

ONE, TWO = json.dumps({"one": 1}).encode(), json.dumps({"two": "\r\n\r\nContent-Length: 3\r\n\r\n"}).encode()
HEADER = b"Content-Length: %d\r\n\r\n"


def pieces(data: bytes, size: int) -> Iterable[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


def cut(data: bytes, size: int = 1 << 20) -> list[bytes]:
    """The bodies, and `broken` where something was passed over."""
    framing = Framing()
    found = [body for piece in pieces(data, size) for body in framing.feed(piece)]
    return [b"broken" if isinstance(body, Broken) else body for body in found]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1 << 20])
@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (HEADER % len(ONE) + ONE, [ONE]),
        (b"content-length:%d\nX: y\n\n" % len(ONE) + ONE, [ONE]),
        (b"X: y\r\nContent-Length: %d\r\nContent-Type: z\r\n\r\n" % len(TWO) + TWO, [TWO]),
        (HEADER % 0, [b""]),
        # More than there is: the body ends where the next header begins.
        (HEADER % (len(ONE) + 5) + ONE, [ONE]),
        (HEADER % 99_999 + ONE, [ONE]),
        (HEADER % (len(ONE) - 3) + ONE, [ONE[:-3], b"broken"]),
        (HEADER % 1 + ONE, [ONE[:1], b"broken"]),
        (b"Content-Length: -1\r\n\r\n" + ONE, [b"broken", b"broken"]),
        (b"Content-Length: 1e3\r\n\r\n" + ONE, [b"broken", b"broken"]),
        (HEADER % (1 << 40) + ONE, [b"broken", b"broken"]),
        (b"Content-Length: 99999999999999999999\r\n\r\n" + ONE, [b"broken", b"broken"]),
        (b"Nonsense: 1\r\n\r\n", [b"broken"]),
        (ONE + b"\r\n", []),  # for a field of the header that nobody knows
        (b"\x00\xff" * 100, [b"broken"]),
    ],
)
def test_the_next_header_counts(data: bytes, expected: list[bytes], size: int) -> None:
    after = HEADER % len(TWO) + TWO
    assert cut(data + after + after, size) == [*expected, TWO, TWO]


def test_bytes_without_a_header_are_not_kept() -> None:
    framing = Framing()
    for _ in range(100):
        assert [type(body) for body in framing.feed(b"x" * 10_000)] == [Broken]
    assert len(framing._waiting) < 10_000
    assert list(framing.feed(HEADER % 2 + b"{}"))[-1] == b"{}"


@given(st.lists(st.binary(max_size=40), max_size=6), st.integers(1, 50))
def test_what_is_right_arrives_whole_in_any_pieces(bodies: list[bytes], size: int) -> None:
    plain = [json.dumps({"x": body.hex()}).encode() for body in bodies]
    assert cut(b"".join(HEADER % len(body) + body for body in plain), size) == plain


@given(st.binary(max_size=300), st.integers(1, 50))
def test_no_garbage_makes_it_deaf(garbage: bytes, size: int) -> None:
    after = HEADER % len(TWO) + TWO
    assert cut(garbage + after + after, size)[-1] == TWO


@pytest.mark.parametrize("size", [1_000, 65_536])
def test_a_large_body_is_looked_through_once(size: int) -> None:
    """What has been searched is not searched again with the next piece."""
    framing = Framing()
    body = b'"' + b"x" * 2_000_000 + b'"'
    looked = 0
    for piece in pieces(HEADER % len(body) + body, size):
        before = framing._looked
        found = list(framing.feed(piece))
        looked += max(framing._looked - before, 0)
        assert found in ([], [body])
    assert looked <= len(body) + 100


PARSE_ERROR = lsp.ErrorCodes.ParseError.value
END = request("end", lsp.SHUTDOWN) + notification(lsp.EXIT)


@pytest.mark.parametrize(
    "frame",
    [
        b"Content-Length: 99999\r\n\r\n{",
        b'Content-Length: 3\r\n\r\n{"jsonrpc": "2.0"}',
        b"Content-Length: 123456789012\r\n\r\n",
        b"Content-Length: x\r\n\r\n{}",
        framed(b"{"),
        framed(b"\xff\xfe"),
        framed(b"[" * 100_000),
    ],
)
def test_a_broken_frame_is_a_parse_error_and_the_next_request_is_answered(frame: bytes) -> None:
    found = talk(request(1, "x/unheardOf"), frame, request(2, "x/unheardOf"), END)
    assert {1, 2} <= found.errors().keys()
    assert found.errors()[None] == PARSE_ERROR
    assert found.code == 0
    assert "Traceback" not in found.log


def damaged(chance: random.Random, frames: list[bytes]) -> bytes:
    """Frames of which some lose, gain or change bytes, also in their headers."""
    result = bytearray()
    for frame in frames:
        broken = bytearray(frame)
        for _ in range(chance.choice((0, 0, 1, 3))):
            place = chance.randrange(len(broken))
            match chance.randrange(4):
                case 0:
                    del broken[place : place + chance.choice((1, 5, 50))]
                case 1:
                    broken[place:place] = chance.randbytes(chance.choice((1, 5, 50)))
                case 2:
                    broken[place] = chance.randrange(256)
                case _:
                    broken[:0] = b"Content-Length: %d\r\n\r\n" % chance.choice((0, 1, 77, 10**6, 10**14))
            if not broken:
                break
        result += broken
    return bytes(result)


def hear(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # reproducible, not secret
    frames = [request(number, "x/unheardOf", {"n": "x" * chance.randrange(200)}) for number in range(20)]
    # The first of the last two may be swallowed by what was stated before it.
    found = talk(damaged(chance, frames), request("a", "x/unheardOf"), request("b", "x/unheardOf"), END)
    assert "b" in found.errors(), seed
    assert found.code == 0, seed
    assert "Traceback" not in found.log, seed


@pytest.mark.parametrize("seed", range(8))
def test_damaged_frames_leave_the_server_listening(seed: int) -> None:
    hear(seed)


@pytest.mark.long
@pytest.mark.parametrize("number", range(300))
def test_other_damaged_frames_each_week(number: int) -> None:
    print(f"seed {weekly_seed()}")
    hear(weekly_seed() * 1000 + number)
