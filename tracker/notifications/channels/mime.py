"""A content as HTML and plain text, from the templates in `mail/`, and as an e-mail message that is ready for a server."""

import socket
import textwrap
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from tracker import bidi, paths
from tracker.config import Settings
from tracker.notifications.messages import MessageContent
from tracker.on_demand import OnDemand
from tracker.urls import ascii_host
from tracker.web import i18n

WIDTH: Final = 70


def wrapped(text: str, indent: int) -> str:
    """A text in lines that fit, each moved in by so many spaces. Words are never broken: an address stays one that works."""
    space = " " * indent
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=space,
        subsequent_indent=space,
        break_long_words=False,
        break_on_hyphens=False,
    )


@lru_cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(paths.templates_dir() / "mail"),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(_=i18n.gettext, ngettext=i18n.ngettext, wrapped=wrapped)
    environment.filters["isolated"] = bidi.isolate
    return environment


def render(content: MessageContent) -> tuple[str, str]:
    """The content as (HTML, plain text), in its own language, which need not be the one in use when it is sent."""
    with i18n.use_language(content.language):
        html, text = (_templates().get_template(f"message.{ending}").render(content=content) for ending in ("html", "txt"))
    return html, text


if TYPE_CHECKING:
    from email import headerregistry, policy
else:
    headerregistry, policy = OnDemand("email.headerregistry"), OnDemand("email.policy")

SUBJECT_MAX: Final = 180  # characters; a subject is one line; the message holds the whole statement


@dataclass(frozen=True)
class Sender:
    """From whom mail comes, and the domain that its ids end in."""

    name: str
    address: str
    domain: str

    @classmethod
    def from_address(cls, mail_from: str) -> "Sender":
        """`tracker@example.org` or `Tracker <tracker@example.org>`."""
        name, address = parseaddr(mail_from)
        address = address or mail_from
        return cls(name, address, ascii_address(address).rpartition("@")[2])

    @classmethod
    def from_settings(cls, settings: Settings) -> "Sender":
        """The sender of an installation; without TRACKER_MAIL_FROM, "tracker" at its host."""
        host = urlsplit(settings.base_url or "").hostname or socket.getfqdn()
        return cls.from_address(settings.mail_from or f"tracker@{host}")


@dataclass(frozen=True)
class Outgoing:
    """A message as bytes, and its envelope. `needs_utf8`: the receiver's address has letters beyond ASCII before the @."""

    message_id: str
    sender: str
    receiver: str
    content: bytes
    needs_utf8: bool


def compose(content: MessageContent, sender: Sender, receiver: str, name: str, message_id: str, at: datetime) -> Outgoing:
    """Write the message. Raises ValueError or UnicodeError for an address that cannot be written to."""
    html, text = render(content)
    to = ascii_address(receiver)
    needs_utf8 = not to.isascii()
    message = EmailMessage(policy=policy.SMTPUTF8 if needs_utf8 else policy.SMTP)
    message["From"] = _mailbox(sender.name or f"Tracker, {content.newsroom}", ascii_address(sender.address))
    if not needs_utf8:
        message["To"] = _mailbox(name, to)
    message["Date"] = format_datetime(at)
    # Robots that answer mail leave this one alone.
    message["Auto-Submitted"] = "auto-generated"
    # Quoted-printable passes every server, however long the lines are.
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    id_ = f"<{message_id}@{sender.domain}>"
    own = _own_headers(id_, content, to if needs_utf8 else "")
    return Outgoing(id_, ascii_address(sender.address), to, own + message.as_bytes(), needs_utf8)


def _own_headers(message_id: str, content: MessageContent, to: str) -> bytes:
    """Headers that the library folds badly (it encodes an address to break it, and moves a long subject off its first line), and
    the one it cannot write: to a receiver whose address is not ASCII."""
    subject = f"{one_line(content.subject)} [Tracker]"
    if not subject.isascii():
        subject = Header(subject, "utf-8", header_name="Subject").encode(linesep="\r\n")
    lines = [f"Message-ID: {message_id}", f"Subject: {subject}"]
    if content.stop:
        lines += [f"List-Unsubscribe: <{content.stop}>", "List-Unsubscribe-Post: List-Unsubscribe=One-Click"]
    if to:
        lines.append(f"To: <{one_line(to)}>")
    return "".join(f"{line}\r\n" for line in lines).encode()


def ascii_address(address: str) -> str:
    """An address with its domain as the network knows it. Raises UnicodeError for a domain that cannot exist."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{ascii_host(domain)}" if local else address


def _mailbox(name: str, address: str) -> str:
    return str(headerregistry.Address(one_line(name)[:120], addr_spec=address))


def one_line(text: str) -> str:
    """A text as one line for a header: no breaks, no controls, cut where it is too long."""
    shown = "".join(" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in text)
    shown = " ".join(shown.split(" ")).strip()
    while "  " in shown:
        shown = shown.replace("  ", " ")
    return shown if len(shown) <= SUBJECT_MAX else f"{shown[: SUBJECT_MAX - 1].rstrip()}…"
