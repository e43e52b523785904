"""Settings of how people sign in, of who may watch the server, and of the copy of the public pages."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from tracker.config_sources import ConfigError

METRICS_TOKEN_MIN = 16
Network = IPv4Network | IPv6Network
Given = Callable[[str], str | None]
_SWITCH = {"on": True, "yes": True, "true": True, "1": True, "off": False, "no": False, "false": False, "0": False}
_ROLES = ("viewer", "editor", "chief", "admin")
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,60}")


@dataclass(frozen=True)
class SignInSettings:
    """How people sign in: locally, by an OpenID provider, or by a header that a trusted proxy sets."""

    local: bool = True
    issuer: str | None = None
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    scopes: str = "openid email profile"
    name: str = "OpenID"  # on the button
    groups_claim: str = "groups"
    roles: tuple[tuple[str, str], ...] = ()  # (group of the provider, our role)
    create: tuple[str, ...] = ()  # "*" or domains of addresses for which an account is made at the first sign-in
    user_header: str | None = None

    @property
    def has_provider(self) -> bool:
        """Whether an OpenID provider is configured."""
        return self.issuer is not None


@dataclass(frozen=True)
class MonitoringSettings:
    """Who may read the metrics, where faults are reported, and whether requests are logged."""

    metrics_token: str | None = field(default=None, repr=False)
    metrics_networks: tuple[Network, ...] = ()
    security_contact: str | None = None
    access_log: bool = False


def _switch(name: str, given: str | None, default: bool) -> bool:
    if given is None:
        return default
    if given.lower() not in _SWITCH:
        raise ConfigError(f"{name}: give on or off")
    return _SWITCH[given.lower()]


def read_sign_in(given: Given) -> SignInSettings:
    """Return how people sign in. Raises ConfigError."""
    issuer, client = given("TRACKER_OIDC_ISSUER"), given("TRACKER_OIDC_CLIENT_ID")
    if (issuer is None) != (client is None):
        raise ConfigError("TRACKER_OIDC_ISSUER: give the issuer and TRACKER_OIDC_CLIENT_ID, or neither")
    if issuer is not None:
        parts = urlsplit(issuer)
        local = parts.hostname in {"localhost", "127.0.0.1", "::1"}
        if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and local)) or parts.query:
            raise ConfigError("TRACKER_OIDC_ISSUER: give the provider's https address, such as https://login.example.org/realm")
    header = given("TRACKER_PROXY_USER_HEADER")
    if header is not None and not _HEADER.fullmatch(header):
        raise ConfigError("TRACKER_PROXY_USER_HEADER: give the name of a header, such as X-Remote-User")
    return SignInSettings(
        local=_switch("TRACKER_LOCAL_SIGN_IN", given("TRACKER_LOCAL_SIGN_IN"), True),
        issuer=issuer,
        client_id=client or "",
        client_secret=given("TRACKER_OIDC_CLIENT_SECRET") or "",
        scopes=given("TRACKER_OIDC_SCOPES") or SignInSettings.scopes,
        name=given("TRACKER_OIDC_NAME") or SignInSettings.name,
        groups_claim=given("TRACKER_OIDC_GROUPS_CLAIM") or SignInSettings.groups_claim,
        roles=_role_mapping(given("TRACKER_OIDC_ROLES")),
        create=tuple((given("TRACKER_OIDC_CREATE") or "").lower().replace(",", " ").split()),
        user_header=header,
    )


def _role_mapping(given: str | None) -> tuple[tuple[str, str], ...]:
    """Read "editors=editor chiefs=chief": a group of the provider, and the role that its members have."""
    found = []
    for pair in (given or "").replace(",", " ").split():
        group, _, role = pair.rpartition("=")
        if not group or role not in _ROLES:
            raise ConfigError(f"TRACKER_OIDC_ROLES: {pair!a} is not GROUP=ROLE with one of the roles {', '.join(_ROLES)}")
        found.append((group, role))
    return tuple(found)


def read_monitoring(given: Given) -> MonitoringSettings:
    """Return who may watch. Raises ConfigError."""
    token, contact = given("TRACKER_METRICS_TOKEN"), given("TRACKER_SECURITY_CONTACT")
    if token is not None and len(token) < METRICS_TOKEN_MIN:
        raise ConfigError(f"TRACKER_METRICS_TOKEN: give {METRICS_TOKEN_MIN} characters or more")
    if contact is not None and not (contact.startswith(("mailto:", "https://")) and is_plain(contact)):
        raise ConfigError("TRACKER_SECURITY_CONTACT: give mailto:security@example.org or an https address")
    return MonitoringSettings(
        metrics_token=token,
        metrics_networks=read_networks("TRACKER_METRICS_NETWORKS", given("TRACKER_METRICS_NETWORKS")),
        security_contact=contact,
        access_log=_switch("TRACKER_ACCESS_LOG", given("TRACKER_ACCESS_LOG"), False),
    )


def read_networks(name: str, given: str | None) -> tuple[Network, ...]:
    """Return the addresses and networks of a setting. Raises ConfigError."""
    found = []
    for each in (given or "").replace(",", " ").split():
        try:
            found.append(ip_network(each))
        except ValueError:
            raise ConfigError(f"{name}: {each!a} is no address or network such as 192.168.1.7 or 10.1.0.0/16") from None
    return tuple(found)


def is_plain(given: str) -> bool:
    """Whether a text is printable ASCII without spaces."""
    return all(32 < ord(c) < 127 for c in given)


@dataclass(frozen=True)
class StaticCopySettings:
    """Where the scheduler keeps a copy of the public pages as files, and the address under which people find it."""

    folder: Path
    base_url: str


def read_static_copy(given: Given) -> StaticCopySettings | None:
    """None where no folder is given. Raises ConfigError for a folder without an address, and for the other way round."""
    folder, address = given("TRACKER_STATIC_FOLDER"), given("TRACKER_STATIC_URL")
    if folder is None and address is None:
        return None
    if folder is None or address is None:
        missing = "TRACKER_STATIC_FOLDER" if folder is None else "TRACKER_STATIC_URL"
        raise ConfigError(f"{missing}: required for a static copy, together with the other of the two")
    path = Path(folder).expanduser()
    if not path.is_absolute() or path == Path(path.root):
        raise ConfigError("TRACKER_STATIC_FOLDER: give the whole path of a folder, such as /srv/www/predictions")
    parts = urlsplit(address) if is_plain(address) else None
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ConfigError("TRACKER_STATIC_URL: give where the folder is found, such as https://predictions.example.org")
    return StaticCopySettings(path, address.rstrip("/"))
