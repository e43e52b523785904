"""Paths to go back to. Free of Flask."""

from urllib.parse import urlsplit


def local_path(given: str | None) -> str:
    """The path to go back to, on this very site; "/" for anything that could lead away."""
    path = given or "/"
    # A browser reads a backslash as a slash and drops controls, so "/\\evil" and "/\t/evil" lead away as "//evil" does.
    if not path.startswith("/") or path.startswith("//") or "\\" in path or any(ord(c) < 33 or ord(c) == 127 for c in path):
        return "/"
    try:
        parts = urlsplit(path)
    except ValueError:
        return "/"
    return "/" if parts.scheme or parts.netloc else path
