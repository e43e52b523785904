"""The parts of an Atom feed (RFC 4287) that every feed shares, as elements of the standard library. Free of Flask."""

import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from typing import Final

ATOM: Final = "http://www.w3.org/2005/Atom"
LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
# What XML 1.0 cannot hold.
_UNFIT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")

ET.register_namespace("", ATOM)


def new_feed(language: str) -> ET.Element:
    """An empty feed in a language."""
    return ET.Element(f"{{{ATOM}}}feed", {LANG: language})


def add(parent: ET.Element, tag: str, text: str | None = None, **attributes: str) -> ET.Element:
    """Append an element of Atom's; characters that XML cannot hold become spaces."""
    element = ET.SubElement(parent, f"{{{ATOM}}}{tag}", attributes)
    if text is not None:
        element.text = _UNFIT.sub(" ", text)
    return element


def format_moment(at: datetime) -> str:
    """A moment as Atom has it, in UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def to_bytes(feed: ET.Element) -> bytes:
    """The document as UTF-8 with its declaration."""
    return bytes(ET.tostring(feed, encoding="utf-8", xml_declaration=True))
