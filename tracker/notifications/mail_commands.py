"""`tracker mail`: try the mail server without waiting for a reminder."""

import uuid
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import TYPE_CHECKING, Final

import click

from tracker.command_context import Context, Refused

if TYPE_CHECKING:
    from tracker.config import Settings
    from tracker.notifications.channels.mime import Outgoing

SECONDS: Final = 30


@click.group("mail")
def mail() -> None:
    """Try the mail server.

    \b
    Example:
      tracker mail test me@example.org
    """


@mail.command("test")
@click.argument("address")
@click.pass_obj
def test(context: Context, address: str) -> None:
    """Send a message to ADDRESS.

    By the server of TRACKER_SMTP_URL; prints whether the server accepted it.

    \b
    Example:
      tracker mail test me@example.org
    """
    from tracker.net.attempts import Attempt, Permanent, Temporary
    from tracker.notifications.channels.smtp import Server

    settings = context.settings
    if settings.smtp_url is None:
        raise Refused("TRACKER_SMTP_URL is not set: there is no server to send by.")
    if parseaddr(address)[1] != address or "@" not in address or not address.isascii():
        raise Refused(f"{address} is no e-mail address such as name@example.org.")
    message = _compose(settings, address)
    server = Server.from_url(settings.smtp_url)
    try:
        server.hand_over(message, Attempt(SECONDS), message.sender.rpartition("@")[2])
    except (Temporary, Permanent) as error:
        raise Refused(f"{server.host}:{server.port} did not accept the message: {error}") from error
    click.echo(f"{server.host}:{server.port} accepted a message to {address} from {message.sender}.")


def _compose(settings: "Settings", address: str) -> "Outgoing":
    from tracker import clock
    from tracker.notifications.channels.mime import Outgoing, Sender

    sender = Sender.from_settings(settings)
    message_id = f"<{uuid.uuid4().hex}@{sender.domain}>"
    message = EmailMessage()
    message["From"] = f"{sender.name or 'Tracker'} <{sender.address}>"
    message["To"] = address
    message["Subject"] = "Test message [Tracker]"
    message["Message-ID"] = message_id
    message["Date"] = format_datetime(clock.now())
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("This message shows that Tracker can send e-mail through this server.\n")
    return Outgoing(message_id, sender.address, address, message.as_bytes().replace(b"\n", b"\r\n"), needs_utf8=False)
