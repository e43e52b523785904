"""Which addresses are for readers: they have no session and never set a cookie."""

from typing import Final

_PREFIXES: Final = ("/public/", "/embed/", "/og/")
_FILES: Final = frozenset({"/public", "/oembed", "/sitemap.xml", "/robots.txt"})


def is_public_path(path: str) -> bool:
    """Whether an address is for readers."""
    return path.startswith(_PREFIXES) or path in _FILES


def read_language(path: str) -> str:
    """The language in a reader's address, "" where it has none."""
    parts = path.split("/", 3)
    return parts[2] if len(parts) > 2 and parts[1] in ("public", "embed") else ""
