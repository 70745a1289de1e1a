"""`decode_python` decodes as the interpreter does, or says why not."""

import io
import tokenize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valohai_steps.source.text.encoding import decode_python

LINE = "name = 'mäkinen'\n"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (LINE.encode(), LINE),
        (b"\xef\xbb\xbf" + LINE.encode(), "\ufeff" + LINE),
        (b"\xef\xbb\xbf# coding: utf8\n", "\ufeff# coding: utf8\n"),
        (b"# -*- coding: latin-1 -*-\n" + LINE.encode("latin-1"), "# -*- coding: latin-1 -*-\n" + LINE),
        (b"#!/usr/bin/python\r\n# vim: set fileencoding=cp1252 :\r\n\x80", None),
        (b"\n# coding: latin-1\n\xe4", "\n# coding: latin-1\n\xe4"),
        ("# coding: shift_jis\nx = '表'\n".encode("shift_jis"), "# coding: shift_jis\nx = '表'\n"),
        (b"a\r\nb\rc\n", "a\r\nb\rc\n"),
    ],
)
def test_a_file_is_decoded_as_python_decodes_it(data: bytes, text: str | None) -> None:
    expected = data.decode("cp1252") if text is None else text
    assert decode_python(data) == (expected, None)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"x = '\xe4'\n", "byte 5 is not UTF-8; save the file as UTF-8"),
        (b"# coding: klingon\n", "the encoding klingon, which Python does not know"),
        (b"# coding: rot13\n", "the encoding rot13, which Python does not know"),
        (b"# coding: utf-16\n", "the encoding utf-16, which Python does not know"),
        (b"\xef\xbb\xbf# coding: latin-1\n", "name the encoding latin-1, but it starts with the mark"),
        (b"# coding: ascii\n\xe4", "byte 16 is not ascii"),
        (b"x = 1\n# coding: latin-1\n\xe4", "byte 24 is not UTF-8"),
        (b"\xff\xfeh\x00i\x00", "byte 0 is not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_decoded_has_a_reason(data: bytes, reason: str) -> None:
    text, why = decode_python(data)
    assert text is None
    assert why is not None
    assert reason in why


@given(
    st.sampled_from([b"", b"\n", b"#\n", b"\xef\xbb\xbf", b"x\n", b"\r\n", b"\f"]),
    st.sampled_from([b"", b"# coding: latin-1\n", b"#coding=utf8\n", b"# vim: fileencoding=ascii\n"]),
    st.binary(max_size=20),
)
def test_where_python_decodes_so_do_we(start: bytes, cookie: bytes, rest: bytes) -> None:
    data = start + cookie + rest
    text, why = decode_python(data)
    assert (text is None) != (why is None)
    try:
        name, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        expected = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8" if name == "utf-8-sig" else name)
    except (SyntaxError, UnicodeDecodeError):
        return
    assert text is not None
    assert text.removeprefix("\ufeff") == expected
