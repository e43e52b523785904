"""Signing in slowly: how many tries an account and an address get, counted in the database so that all processes share it.

Refused tries are not counted, and a browser that has signed in before has a count of its own (shown by its device cookie). So
an attacker is locked out, not the owner of the account, nor colleagues behind the same address.
"""

import hashlib
import ipaddress
import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts.models import SignInLimit
from tracker.sql import delete_rows, insert_into

WINDOW: Final = timedelta(minutes=15)
# How the names of limits begin whose tries are all taken back when a try goes well; the others lose that one alone.
_DEVICE: Final = "device|"
_PAIR: Final = "pair|"
_CODE: Final = "code|"
_STARTED_AFRESH: Final = (_DEVICE, _PAIR, _CODE)


@dataclass(frozen=True)
class Limit:
    """How many tries one thing gets in a window. `name` says what is counted, and is stored as a hash alone."""

    name: str
    most: int

    @property
    def key(self) -> str:
        return hashlib.sha256(self.name.encode("utf-8", "replace")).hexdigest()


PER_DEVICE: Final = 10
PER_ACCOUNT_AND_ADDRESS: Final = 10
PER_ACCOUNT: Final = 60  # from wherever: against many addresses that share the work
PER_ADDRESS: Final = 100  # on whichever accounts: against one password tried on all of them


def limits_for_sign_in(account: str, address: str, device: str | None) -> list[Limit]:
    """What a try to sign in counts against. `device` is what a browser that this account has signed in from shows."""
    if device is not None:
        return [Limit(f"{_DEVICE}{account}|{device}", PER_DEVICE)]
    near = network(address)
    return [
        Limit(f"{_PAIR}{account}|{near}", PER_ACCOUNT_AND_ADDRESS),
        Limit(f"account|{account}", PER_ACCOUNT),
        Limit(f"address|{near}", PER_ADDRESS),
    ]


# Mails with a link for a new password.
RESETS_PER_ACCOUNT: Final = 3
RESETS_PER_ADDRESS: Final = 20


def limits_for_reset(account: str, address: str) -> list[Limit]:
    """What asking for a new password counts against, whether or not there is such an account."""
    return [
        Limit(f"reset|{account}", RESETS_PER_ACCOUNT),
        Limit(f"resets from|{network(address)}", RESETS_PER_ADDRESS),
    ]


CODES_PER_ACCOUNT: Final = 10
CODES_PER_ADDRESS: Final = 50


def limits_for_code(account: str, address: str, device: str | None) -> list[Limit]:
    """What a code of the second factor counts against; the owner's browser is not locked out by an attacker."""
    if device is not None:
        return [Limit(f"{_CODE}{account}|{device}", CODES_PER_ACCOUNT)]
    return [
        Limit(f"{_CODE}{account}", CODES_PER_ACCOUNT),
        Limit(f"codes from|{network(address)}", CODES_PER_ADDRESS),
    ]


PASSKEYS_PER_ADDRESS: Final = 50


def limits_for_passkey(address: str, device: str | None) -> list[Limit]:
    """What a passkey that signs in counts against: whose it is, is not known before. `device`: what a known browser shows."""
    if device is not None:
        return [Limit(f"{_DEVICE}passkeys|{device}", PER_DEVICE)]
    return [Limit(f"passkeys from|{network(address)}", PASSKEYS_PER_ADDRESS)]


def limit_for_challenge(value: str) -> list[Limit]:
    """What an answer to a challenge of WebAuthn counts against: there is one try. A challenge is valid for less than WINDOW."""
    return [Limit(f"challenge|{value}", 1)]


def network(address: str) -> str:
    """What counts as one address: of IPv6, where a household has 2⁶⁴ of them, the first half."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is None:
        return str(ipaddress.ip_network((ip, 64), strict=False).network_address)
    return str(getattr(ip, "ipv4_mapped", None) or ip)


def minutes_to_wait(session: Session, limits: list[Limit]) -> int:
    """How many minutes there are to wait before the next try; 0 if it may be made now. Only reads."""
    now = clock.now()
    rows = session.execute(
        select(SignInLimit.key_hash, SignInLimit.since, SignInLimit.tries).where(
            SignInLimit.key_hash.in_([limit.key for limit in limits]), SignInLimit.since > now - WINDOW
        )
    )
    most = {limit.key: limit.most for limit in limits}
    full = [row.since for row in rows if row.tries >= most[row.key_hash]]
    return max((_minutes(since, now) for since in full), default=0)


def _minutes(since: datetime, now: datetime) -> int:
    return max(1, math.ceil((since + WINDOW - now).total_seconds() / 60))


def admit(session: Session, limits: list[Limit]) -> int:
    """Count one try, unless one must wait: then nothing is counted and the minutes to wait are returned.

    Counted before the password is looked at, so that tries made at the same moment cannot all slip through. The caller owns the
    transaction.
    """
    if minutes := minutes_to_wait(session, limits):
        return minutes
    now = clock.now()
    for each in sorted(limits, key=lambda limit: limit.key):  # in one order, or two transactions could wait for each other
        old = SignInLimit.since <= now - WINDOW
        statement = insert_into(session, SignInLimit).values(key_hash=each.key, since=now, tries=1)
        tries = session.scalar(
            statement.on_conflict_do_update(
                index_elements=[SignInLimit.key_hash],
                set_={"tries": case((old, 1), else_=SignInLimit.tries + 1), "since": case((old, now), else_=SignInLimit.since)},
            ).returning(SignInLimit.tries)
        )
        if tries is not None and tries > each.most:
            # A concurrent attempt took the last one.
            return _minutes(now, now)
    return 0


def succeeded(session: Session, limits: list[Limit]) -> None:
    """Take back a try that went well: the limits of one account start afresh, the others lose one try."""
    for each in limits:
        row = session.get(SignInLimit, each.key, with_for_update=True)
        if row is None:
            continue
        if each.name.startswith(_STARTED_AFRESH) or row.tries <= 1:
            session.delete(row)
        else:
            row.tries -= 1


def forget_old(session: Session) -> int:
    """Delete the counts of windows that are over; return how many."""
    return delete_rows(session, SignInLimit, SignInLimit.since <= clock.now() - WINDOW)
