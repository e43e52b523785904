"""Which addresses are for readers and which for programs: neither have a session, and no cookie is read or set there."""

from typing import Final

_PREFIXES: Final = ("/public/", "/embed/", "/og/")
_FILES: Final = frozenset({"/public", "/oembed", "/sitemap.xml", "/robots.txt"})


def is_public_path(path: str) -> bool:
    """Whether an address is for readers."""
    return path.startswith(_PREFIXES) or path in _FILES


def is_api_path(path: str) -> bool:
    """Whether an address is for programs, which show a token. The page that describes the API is not among them."""
    return path.startswith("/api/") and path != "/api/docs"


def read_language(path: str) -> str:
    """The language in a reader's address, "" where it has none."""
    parts = path.split("/", 3)
    return parts[2] if len(parts) > 2 and parts[1] in ("public", "embed") else ""
