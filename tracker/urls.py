"""Web addresses that people type: which may be kept and linked to."""

from urllib.parse import urlsplit

from tracker.errors import N_, Invalid

URL_MAX = 2_000


def check_link(url: str, field: str) -> None:
    """Raise Invalid unless the address is plain http(s) with a host and no credentials, control characters or backslashes."""
    if len(url) > URL_MAX:
        raise Invalid(N_("This address is too long: at most %(most)s characters."), field=field, most=URL_MAX)
    if any(ord(c) <= 32 or 127 <= ord(c) < 160 or c == "\\" for c in url):
        raise Invalid(N_("This address holds characters that no address has."), field=field)
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
        if host and not host.startswith("["):
            ascii_host(host)
    except (ValueError, UnicodeError):
        raise Invalid(N_("This is not a usable web address."), field=field) from None
    if parts.scheme not in {"http", "https"} or not host:
        raise Invalid(N_("Give a web address that begins with http:// or https://."), field=field)
    if parts.username is not None or parts.password is not None:
        raise Invalid(N_("Leave user name and password out of the address."), field=field)


def ascii_host(host: str) -> str:
    """The host as the network knows it (punycode). Raises UnicodeError for a name that cannot exist."""
    return host.rstrip(".").encode("idna").decode("ascii")


def host_of_base(base_url: str | None) -> str:
    """The host in an installation's own address, for ids that must stay the same; one that cannot exist where there is none."""
    return (urlsplit(base_url).hostname if base_url else None) or "tracker.invalid"


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
