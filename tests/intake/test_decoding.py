"""Bytes in any encoding become text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.intake.decoding import clean_text, decode

FRENCH = "L’été, le cœur à 5 € : « voilà »"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_text_is_decoded_from_its_encoding(encoding: str):
    assert decode(FRENCH.encode(encoding)) == FRENCH


@pytest.mark.parametrize(
    ("encoding", "text"),
    [("koi8-r", "Москва"), ("shift_jis", "東京の橋"), ("windows-1256", "القاهرة"), ("iso-8859-7", "Αθήνα"), ("gb18030", "五月")],
)
def test_text_is_decoded_as_the_server_or_the_page_says(encoding: str, text: str):
    assert decode(text.encode(encoding), encoding) == text
    page = f'<html><meta charset="{encoding}"><p>{text}'
    assert decode(page.encode(encoding)) == page


def test_wrong_charset_does_not_break_utf8():
    assert decode(FRENCH.encode(), "ISO-8859-1") == FRENCH
    assert decode(FRENCH.encode("cp1252"), "utf-8") == FRENCH
    for charset in ("no-such-charset", "x-unknown", "utf-7", "idna", "punycode", "unicode_escape", "hex", "rot13", "a\0b"):
        assert decode(FRENCH.encode(), charset) == FRENCH


def test_latin1_page_with_windows_quotes_keeps_them():
    assert decode(b"\x93caf\xe9\x94 \x80", "iso-8859-1") == "“café” €"


@given(st.binary(max_size=300), st.sampled_from(["", "utf-8", "latin-1", "utf-16", "idna", "punycode", "hex"]))
def test_any_bytes_are_decoded_and_cleaned(data: bytes, charset: str):
    cleaned = clean_text(decode(data, charset))
    assert "\x00" not in cleaned
    cleaned.encode()


def test_cleaning_removes_what_no_text_should_hold():
    assert clean_text("a\x00b\x07c\r\nd\re\x0cf\ufeff\tg") == "abc\nd\ne\n\nf\tg"
