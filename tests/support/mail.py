"""A real SMTP server for tests: it keeps what it accepts, and can be told to refuse, to wait or to hang."""

import email
import email.policy
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass(frozen=True)
class Mail:
    """One accepted message."""

    sender: str
    receiver: str
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        parsed = email.message_from_bytes(self.raw, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def id(self) -> str:
        return str(self.message["Message-ID"])

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    def _part(self, kind: str) -> str:
        body = self.message.get_body((kind,))
        assert body is not None
        content: str = body.get_content()
        return content.replace("\r\n", "\n")


@dataclass
class Sink:
    """The server's handler. The functions get an address or a `Mail` and return an SMTP answer, or None to go on as usual."""

    port: int = 0
    mails: list[Mail] = field(default_factory=list)
    on_recipient: Callable[[str], str | None] = lambda _address: None
    on_message: Callable[[Mail], str | None] = lambda _mail: None
    hangs: Callable[[str], bool] = lambda _address: False  # after it has taken the message, and for as long as `hold` is set
    hold: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def subjects(self) -> list[tuple[str, str]]:
        """(receiver, subject) of what was accepted, in order."""
        return [(mail.receiver, mail.subject) for mail in self.mails]

    async def handle_RCPT(self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        answer = self.on_recipient(address)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        import asyncio

        assert isinstance(envelope.content, bytes)
        for receiver in envelope.rcpt_tos:
            mail = Mail(envelope.mail_from or "", receiver, envelope.content)
            answer = self.on_message(mail)
            if answer is not None:
                return answer
            while self.hangs(receiver) and not self.hold.is_set():
                await asyncio.sleep(0.02)
            self.mails.append(mail)
        return "250 accepted"


class _Controller(Controller):
    def _trigger_server(self) -> None:
        # The library knocks at the port it was given, which here means "any".
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def smtp_sink(**options: Any) -> Generator[Sink]:
    """A server on a free port of this machine, for the length of a block; `options` are those of aiosmtpd."""
    sink = Sink()
    controller = _Controller(sink, hostname="127.0.0.1", port=0, enable_SMTPUTF8=True, decode_data=False, **options)
    controller.start()
    try:
        sink.port = controller.port
        yield sink
    finally:
        sink.hold.set()
        controller.stop()
