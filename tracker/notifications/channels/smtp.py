"""Handing messages to an SMTP server."""

import contextlib
import ipaddress
import smtplib
import socket
import ssl
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote, urlsplit

from tracker.net.attempts import Attempt, Permanent, Temporary
from tracker.notifications.channels.mime import Outgoing


@dataclass(frozen=True)
class Server:
    """Where to hand mail to. `secure`: TLS from the first byte (smtps); otherwise as soon as the server offers it."""

    host: str
    port: int
    secure: bool
    user: str = ""
    password: str = ""

    @classmethod
    def from_url(cls, url: str) -> "Server":
        """`smtp://user:password@host:587`, `smtps://user:password@host:465`; the address is checked by the settings."""
        parts = urlsplit(url)
        secure = parts.scheme == "smtps"
        return cls(
            host=parts.hostname or "",
            port=parts.port or (465 if secure else 587 if parts.username else 25),
            secure=secure,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )

    @property
    def is_here(self) -> bool:
        """Whether it is a program on this machine, where the network is trusted and the certificate self-signed."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host.lower() == "localhost"

    def hand_over(self, message: Outgoing, attempt: Attempt, greeting: str) -> None:
        """Hand one message over; accepted when this returns. `greeting` is how we name ourselves.

        Raises Permanent where the server refuses this receiver or this message for good, Temporary for everything else.
        """
        try:
            with contextlib.closing(_Connection(self, attempt, greeting)) as connection:
                connection.deliver(message)
        except smtplib.SMTPRecipientsRefused as error:
            raise _refusal(*next(iter(error.recipients.values()))) from error
        except smtplib.SMTPDataError as error:
            raise _refusal(error.smtp_code, error.smtp_error) from error
        except smtplib.SMTPNotSupportedError as error:
            raise Permanent(str(error)) from error
        except smtplib.SMTPResponseException as error:
            # About us or the server, not about this message: the operator can fix it.
            raise Temporary(f"{error.smtp_code} {_words(error.smtp_error)}") from error
        except (smtplib.SMTPException, OSError, EOFError) as error:
            raise Temporary(_words(str(error)) or type(error).__name__) from error


@cache
def _tls(is_here: bool) -> ssl.SSLContext:
    """How TLS is done; reading the certificates of the world takes a while."""
    context = ssl.create_default_context()
    if is_here:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


class _Connection:
    """One conversation with a server. It is ended from outside when the attempt's time is over."""

    def __init__(self, server: Server, attempt: Attempt, greeting: str) -> None:
        self._server, self._attempt = server, attempt
        timeout = attempt.left()
        self._smtp = (
            smtplib.SMTP_SSL(local_hostname=greeting, timeout=timeout, context=_tls(server.is_here))
            if server.secure
            else smtplib.SMTP(local_hostname=greeting, timeout=timeout)
        )
        # What TLS needs to check the server's name, and smtplib takes from its constructor alone.
        self._smtp._host = server.host  # type: ignore[attr-defined]
        attempt.cut_by(self._cut)

    def deliver(self, message: Outgoing) -> None:
        smtp, server = self._smtp, self._server
        code, words = smtp.connect(server.host, server.port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, words)
        self._in_time()
        smtp.ehlo_or_helo_if_needed()
        if not server.secure and smtp.has_extn("starttls"):
            self._in_time()
            smtp.starttls(context=_tls(server.is_here))
            smtp.ehlo()
        elif not server.secure and server.user and not server.is_here:
            raise Temporary("the server offers no TLS, and a password is not sent in the clear")
        if server.user:
            self._in_time()
            smtp.login(server.user, server.password)
        options = ["SMTPUTF8", "BODY=8BITMIME"] if message.needs_utf8 else []
        if message.needs_utf8 and not smtp.has_extn("smtputf8"):
            raise smtplib.SMTPNotSupportedError("the server takes no addresses with letters beyond ASCII")
        if smtp.has_extn("size"):
            options.append(f"size={len(message.content)}")
        self._in_time()
        code, words = smtp.mail(message.sender, options)
        if code != 250:
            raise smtplib.SMTPSenderRefused(code, words, message.sender)
        self._in_time()
        code, words = smtp.rcpt(message.receiver)
        if code not in (250, 251):
            raise smtplib.SMTPRecipientsRefused({message.receiver: (code, words)})
        self._attempt.hand_over()
        self._in_time()
        code, words = smtp.data(message.content)
        if code != 250:
            raise smtplib.SMTPDataError(code, words)
        self._attempt.answered()

    def _in_time(self) -> None:
        left = self._attempt.left()
        if self._smtp.sock is not None:
            self._smtp.sock.settimeout(left)

    def _cut(self) -> None:
        sock = self._smtp.sock
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        # The message is accepted or not by now; a server that does not answer to a farewell changes nothing.
        with contextlib.suppress(smtplib.SMTPException, OSError, EOFError, Temporary):
            if self._smtp.sock is not None:
                self._smtp.sock.settimeout(min(2.0, self._attempt.left()))
                self._smtp.quit()
        self._smtp.close()


def _refusal(code: int, words: bytes | str) -> Exception:
    text = f"{code} {_words(words)}"
    return Permanent(text) if 500 <= code < 600 else Temporary(text)


def _words(words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return " ".join(text.split())
