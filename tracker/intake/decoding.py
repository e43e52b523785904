"""Bytes of a page or a text file as text, in any encoding. Pure."""

import codecs
import re
import unicodedata
from typing import Final

_BOMS: Final = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_META: Final = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,40})""", re.IGNORECASE)
_KNOWN: Final = re.compile(
    r"ascii|utf-(8|16|32)(-(le|be))?|utf-8-sig|cp(125\d|874|932|936|949|950|866)|iso8859-\d+|koi8-[ru]|mac-\w+|tis-620"
    r"|shift_jis\w*|euc_(jp|kr)\w*|iso2022_(jp|kr)\w*|gb2312|gbk|gb18030|hz|big5\w*"
)
_HEAD: Final = 4_096  # bytes in which a page names its encoding
# Browsers read pages that call themselves these as Windows-1252, and so do those who write them.
_WESTERN: Final = frozenset({"iso-8859-1", "latin-1", "latin1", "iso8859-1", "us-ascii", "ascii", "windows-1252", "cp1252"})


def decode(data: bytes, charset: str = "") -> str:
    """The text of some bytes: by their byte order mark, by the encoding that is named, as UTF-8, else as Windows-1252."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    if wide := _wide_encoding(data):
        return data.decode(wide, "replace")
    named = _META.search(data[:_HEAD])
    for encoding in (charset, named[1].decode("ascii") if named else "", "utf-8"):
        if (text := _decoded(data, encoding)) is not None:
            return text
    return _as_western(data)


def is_wide(data: bytes) -> bool:
    """Whether bytes are UTF-16 or UTF-32, with a byte order mark or by the place of their zero bytes."""
    return data.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")) or _wide_encoding(data) != ""


def clean_text(text: str) -> str:
    """A text without what no text should hold: NUL, halves of characters, control characters but tabs and line ends."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n\n").replace("\x85", "\n").replace("\u2028", "\n")
    text = text.replace("\u2029", "\n\n").replace("\ufeff", "")
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))


def _decoded(data: bytes, encoding: str) -> str | None:
    if not encoding or not _is_known(encoding):
        return None
    if encoding.strip().lower() in _WESTERN:
        return _decoded(data, "utf-8") if _is_utf8(data) else _as_western(data)
    try:
        return data.decode(encoding)
    except (LookupError, ValueError):
        return None


def _is_known(encoding: str) -> bool:
    """Whether a name is that of an encoding that pages are written in; Python knows others, which are slow, or no encodings."""
    try:
        return _KNOWN.fullmatch(codecs.lookup(encoding.strip()).name) is not None
    except (LookupError, ValueError):
        return False


def _is_utf8(data: bytes) -> bool:
    """Whether bytes are UTF-8 with more than ASCII in it: no other encoding looks like that by chance."""
    try:
        return not data.decode("utf-8").isascii()
    except ValueError:
        return False


def _as_western(data: bytes) -> str:
    # The five bytes that Windows-1252 leaves out are control characters, as in browsers.
    return data.decode("latin-1").translate(_WINDOWS)


def _wide_encoding(data: bytes) -> str:
    """UTF-16 without a mark, by the place of its zero bytes; "" for anything else."""
    sample = data[:400]
    if len(sample) < 4 or b"\0" not in sample:
        return ""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > half * 0.7 and even < half * 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > half * 0.7 and odd < half * 0.1 else ""


_UNUSED: Final = (0x81, 0x8D, 0x8F, 0x90, 0x9D)
_WINDOWS: Final = {byte: bytes([byte]).decode("cp1252") for byte in range(0x80, 0xA0) if byte not in _UNUSED}
