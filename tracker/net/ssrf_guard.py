"""Where a webhook may be sent: to addresses of the public network, and to those the operator has allowed. No network in here."""

import ipaddress
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from tracker.config import Network

Address = IPv4Address | IPv6Address

# Ranges that carry an IPv4 address within an IPv6 one. Only the two that are in use are looked into; who sits behind a relay of
# the others cannot be recognised.
_MAPPED = IPv6Network("::ffff:0:0/96")
_NAT64 = IPv6Network("64:ff9b::/96")
_OTHERS = tuple(
    IPv6Network(each) for each in ("::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16", "fec0::/10", "::ffff:0:0:0/96")
)
# Reserved, although not every version of the library knows it.
_RESERVED = tuple(IPv4Network(each) for each in ("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "240.0.0.0/4"))


class NotAllowed(Exception):
    """This address is not one that a webhook may be sent to; the text names it."""


@dataclass(frozen=True)
class Guard:
    """Which addresses may be spoken to. `allowed`: the operator's own networks, in addition to the public ones."""

    allowed: tuple[Network, ...] = ()

    def may(self, address: Address) -> bool:
        """Whether an address may be spoken to."""
        real = unwrapped(address)
        return any(each in network for network in self.allowed for each in (address, real)) or is_public(real)

    def check(self, host: str, addresses: Sequence[str]) -> list[str]:
        """The addresses of a host, in their order. Raises NotAllowed if there is none, or one of them may not be spoken to.

        One that may not spoils them all: a mixture is a sign of an attack.
        """
        if not addresses:
            raise NotAllowed(f"{host} has no address")
        for each in addresses:
            if not self.may(_parsed(each)):
                raise NotAllowed(f"{host} is {each}, which is not a public address")
        return list(addresses)

    def check_written(self, host: str) -> None:
        """Raise NotAllowed for a host that is itself an address that may not be spoken to, however it is written.

        For an early message where it is typed. The address of a name is checked each time it is used.
        """
        literal = written_as_address(host)
        if literal is not None and not self.may(literal):
            raise NotAllowed(f"{literal} is not a public address")
        if host.rstrip(".").lower() in {"localhost", "ip6-localhost"} or host.rstrip(".").lower().endswith(".localhost"):
            self.check(host, ["127.0.0.1"])


def is_public(address: Address) -> bool:
    """Whether it is an address of the public network, and of one receiver."""
    if address.is_multicast or address.is_reserved or address.is_unspecified or not address.is_global:
        return False
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _RESERVED)
    return not any(address in network for network in _OTHERS)


def unwrapped(address: Address) -> Address:
    """The IPv4 address that an IPv6 address embeds, or None."""
    if isinstance(address, IPv6Address) and any(address in network for network in (_MAPPED, _NAT64)):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def written_as_address(host: str) -> Address | None:
    """The address that a host is, as the resolver would read it: also 2130706433, 0x7f.1 and 0177.0.0.1; None for a name."""
    try:
        return _parsed(host.strip("[]"))
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host.rstrip(".")))
    except (OSError, ValueError, UnicodeError):
        return None


def _parsed(address: str) -> Address:
    return ipaddress.ip_address(address.partition("%")[0])
