"""Messages as they arrive: their headers, their words, and the links that stop them."""

import re
import ssl
import subprocess
from collections.abc import Callable, Generator
from dataclasses import replace
from datetime import date
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.factories import change_settings, make_editor
from tests.notifications.harness import ON_ONE, Office
from tests.notifications.test_reminders import DAY, a_claim, propose
from tests.support.mail import Sink, smtp_sink
from tests.support.web import Client
from tracker import clock
from tracker.accounts.models import Editor
from tracker.config import Settings
from tracker.net.attempts import Attempt, Permanent, Temporary
from tracker.notifications import preferences
from tracker.notifications.channels.mime import Outgoing, Sender, one_line, wrapped
from tracker.notifications.channels.smtp import Server
from tracker.notifications.links import Links, read_stop
from tracker.notifications.outbox import PendingMessage, enqueue
from tracker.notifications.recipients import DESK
from tracker.scheduler import message_jobs

DUE = date(2024, 3, 13)


@pytest.fixture
def ines(office: Office) -> Editor:
    office.go(date(2024, 1, 2))
    editor = make_editor(office.database, "Inès Carpentier", email="ines@example.org")
    office.preferences(editor, digest="off")
    return editor


def test_the_headers_say_what_programs_ask_for(office: Office, ines: Editor):
    a_claim(office, ines)
    office.go(DUE)
    office.round()
    mail = office.sink.mails[0]
    message = mail.message

    assert (mail.sender, mail.receiver) == ("tracker@example.org", "ines@example.org")
    assert str(message["From"]) == '"Tracker, Newsroom" <tracker@example.org>'
    assert str(message["To"]) == "Inès Carpentier <ines@example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert parsedate_to_datetime(message["Date"]) == clock.now()
    assert re.fullmatch(r"<[0-9a-f]{32}@example\.org>", mail.id)
    assert re.fullmatch(r"<https://tracker\.example\.org/u/[\w.-]+>", message["List-Unsubscribe"])
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert all(len(line) <= 998 and line.isascii() for line in mail.raw.decode("ascii").splitlines())


@ON_ONE
def test_single_message_holds_its_facts(office: Office, ines: Editor):
    a_claim(office, ines)
    office.go(DUE - 7 * DAY)
    office.round()
    text, html = office.sink.mails[0].text, office.sink.mails[0].html

    assert "Due in 7 days" in text
    assert "Evidence so far: 0 for, 0 against." in text
    assert "Open the claim: https://tracker.example.org/claims/1" in text
    assert '<a class="bt" href="https://tracker.example.org/claims/1">Open the claim</a>' in html
    assert "Change your reminders: https://tracker.example.org/settings/reminders" in text
    assert "Stop these e-mails: https://tracker.example.org/u/" in text
    office.go(DUE + 7 * DAY)
    office.round()
    assert "Give a verdict, move the review date or reassign the claim." in office.sink.mails[-1].text


@ON_ONE
@pytest.mark.parametrize(
    ("statement", "subject"),
    [
        ("It rains.\r\nBcc: everybody@example.org", "Ready to check: It rains. Bcc: everybody@example.org [Tracker]"),
        ("It rains.\u2028Second\x85line\tand\vmore", "Ready to check: It rains. Second line and more [Tracker]"),
        ("La prévision « sûre » : oui — 100 %", "Ready to check: La prévision « sûre » : oui — 100 % [Tracker]"),
        ("平壌は支援を得る" * 30, None),
        ("x" * 900, None),
    ],
)
def test_subject_is_one_line(office: Office, ines: Editor, statement: str, subject: str | None):
    a_claim(office, ines, statement=statement)
    office.go(DUE)
    office.round()
    mail = office.sink.mails[0]

    head = mail.raw.decode("ascii").split("\r\n\r\n")[0]
    assert len(re.findall(r"(?m)^(Subject|Bcc):", head)) == 1
    assert len(mail.subject) <= 200
    assert mail.subject.endswith("[Tracker]")
    if subject is not None:
        assert mail.subject == subject
    else:
        assert "…" in mail.subject


@ON_ONE
def test_mail_isolates_texts_that_change_direction(office: Office):
    office.go(date(2024, 1, 2))
    change_settings(office.database, name="\u05d4\u05d0\u05e8\u05e5")
    editor = make_editor(office.database, "\u0645\u0631\u064a\u0645", email="x@example.org")
    a_claim(office, editor, statement="It rains. \u202ereversed")
    office.go(DUE)
    office.round()
    mail = office.sink.mails[0]

    assert "\u2068\u05d4\u05d0\u05e8\u05e5\u2069" in mail.text
    assert "\u2068\u0645\u0631\u064a\u0645\u2069" in mail.text
    assert "\u2068It rains. reversed\u2069" in mail.text
    assert "\u202e" not in mail.text + mail.subject
    assert "<bdi>\u05d4\u05d0\u05e8\u05e5</bdi>" in mail.html
    assert re.search(r'dir="auto"[^>]*>It rains. \u202ereversed</a>', mail.html)


@ON_ONE
def test_what_people_wrote_is_text_in_the_html(office: Office):
    office.go(date(2024, 1, 2))
    change_settings(office.database, name='<b>"News"</b>')
    editor = make_editor(office.database, "<script>alert(1)</script>", email="x@example.org")
    a_claim(office, editor, statement='<img src=x onerror="alert(1)"> & {{ 7 * 7 }}')
    office.go(DUE)
    office.round()
    html = office.sink.mails[0].html

    assert "<script>" not in html
    assert "<img" not in html
    assert "<b>&#34;News" not in html
    assert "&lt;b&gt;&#34;News&#34;&lt;/b&gt;" in html
    assert "&lt;img src=x onerror=&#34;alert(1)&#34;&gt; &amp; {{ 7 * 7 }}" in html


@ON_ONE
def test_names_and_domains_beyond_ascii_arrive(office: Office):
    office.go(date(2024, 1, 2))
    editor = make_editor(office.database, "Zoë, «the» \u202e Editor\r\nBcc: x@y.org", email="zoe@bücher.example")
    office.preferences(editor, digest="off")
    a_claim(office, editor)
    office.go(DUE)
    office.round()
    mail = office.sink.mails[0]

    assert mail.receiver == "zoe@xn--bcher-kva.example"
    assert mail.message["Bcc"] is None
    assert "Zoë" in str(mail.message["To"])


@ON_ONE
def test_an_address_beyond_ascii_is_written_to_where_the_server_can(office: Office):
    office.go(date(2024, 1, 2))
    editor = make_editor(office.database, "Zoë", email="zoë@example.org")
    office.preferences(editor, digest="off")
    a_claim(office, editor)
    office.go(DUE)
    office.round()

    assert office.sink.mails[0].receiver == "zoë@example.org"
    assert "To: <zoë@example.org>\r\n".encode() in office.sink.mails[0].raw


@ON_ONE
def test_desk_mail_has_no_one_click_stop(office: Office, ines: Editor):
    change_settings(office.database, desk_address="desk@example.org")
    a_claim(office, None)
    office.go(DUE)
    office.round()
    mail = office.sink.mails[0]

    assert mail.message["List-Unsubscribe"] is None
    assert "It has no owner." in mail.text
    assert "Change this address: https://tracker.example.org/settings/newsroom" in mail.text
    assert "/u/" not in mail.text


@ON_ONE
def test_signature_request_names_requester_and_claim(office: Office, ines: Editor):
    tom = make_editor(office.database, "Tom", email="tom@example.org")
    office.preferences(tom, digest="off")
    claim = a_claim(office, tom)
    office.go(DUE)
    propose(office, claim, by=tom, signer=ines)
    office.plan()
    office.send()
    mail = next(mail for mail in office.sink.mails if mail.receiver == "ines@example.org")

    assert mail.subject == "Tom asks you to sign off a verdict: It rains. [Tracker]"
    assert "Proposed on 13 March 2024." in mail.text


def test_a_test_message_arrives(office: Office, ines: Editor):
    office.go(DUE)
    with office.database.writing() as session:
        enqueue(
            session, [PendingMessage("test", f"editor:{ines.id}", f"editor:{ines.id}", "email", 0, "1", clock.now())], clock.now()
        )

    assert office.send().sent == 1
    assert office.arrived() == [("ines", "This is a test")]


# --- stopping ---


def stop_link(office: Office, scope: str, editor: Editor) -> str:
    return Links.from_settings(office.settings).stop(editor.id, scope).removeprefix("https://tracker.example.org")


@pytest.fixture
def stranger(new_app: Callable[..., Any]) -> Client:
    """A mail program: it has no cookie and knows no token."""
    client = new_app().test_client()
    assert isinstance(client, Client)
    return client


def one_click(client: Client, link: str) -> int:
    return client.post(link, data={"List-Unsubscribe": "One-Click"}, csrf=False).status_code


def test_one_click_stops_one_kind_of_mail(office: Office, ines: Editor, stranger: Client):
    a_claim(office, ines)
    office.go(DUE)
    office.round()
    link = str(office.sink.mails[0].message["List-Unsubscribe"]).strip("<>").removeprefix("https://tracker.example.org")

    assert one_click(stranger, link) == 200
    assert one_click(stranger, link) == 200
    with office.database.reading() as session:
        stored = preferences.load(session, ines.id)
    assert (stored.before, stored.on_the_day, stored.late) == (False, False, False)
    assert (stored.requests, stored.escalations) == (True, True)
    office.go(DUE + 7 * DAY)
    assert office.round() == []


@ON_ONE
@pytest.mark.parametrize(
    ("scope", "changed"),
    [("digest", {"digest": "off"}), ("signoff", {"requests": False}), ("escalation", {"escalations": False})],
)
def test_each_kind_is_stopped_by_itself(
    office: Office, stranger: Client, scope: str, changed: dict[str, object], make_editor: Callable[..., Editor]
):
    editor = make_editor()

    assert one_click(stranger, stop_link(office, scope, editor)) == 200
    with office.database.reading() as session:
        stored = vars(preferences.load(session, editor.id))
    assert {name: value for name, value in stored.items() if value != vars(preferences.Preferences())[name]} == changed


@ON_ONE
def test_looking_at_the_link_stops_nothing(office: Office, ines: Editor, stranger: Client):
    page = stranger.get(stop_link(office, "review", ines))

    assert page.status_code == 200
    assert "Stop these e-mails?" in page.text
    assert ines.email not in page.text
    with office.database.reading() as session:
        assert preferences.load(session, ines.id).late


def test_a_digest_can_be_had_less_often_instead(office: Office, stranger: Client, make_editor: Callable[..., Editor]):
    editor = make_editor()
    link = stop_link(office, "digest", editor)

    assert 'value="weekly"' in stranger.get(link).text
    page = stranger.post(link, data={"choice": "weekly"}, csrf=False)
    assert "Once a week from now on" in page.text
    with office.database.reading() as session:
        assert preferences.load(session, editor.id).digest == "weekly"


def test_a_link_we_did_not_make_stops_nothing(office: Office, ines: Editor, stranger: Client):
    good = stop_link(office, "review", ines)
    other = Links("", "another secret").stop(ines.id, "review")
    for link in (good[:-1], good + "A", other, "/u/x", Links.from_settings(office.settings).stop(10**6, "review")[27:]):
        assert stranger.get(link).status_code == 404
        assert one_click(stranger, link) == 404
    assert read_stop("secret", Links("", "secret").stop(3, "digest").rpartition("/")[2]) == (3, "digest")


@ON_ONE
def test_the_addresses_in_messages_are_those_of_the_pages(office: Office, new_app: Callable[..., Any]):
    app = new_app(base_url="https://tracker.example.org")
    links = Links.from_settings(office.settings)
    with app.test_request_context(base_url="https://tracker.example.org"):
        url_for = app.url_for
        assert links.queue == url_for("queue.index", _external=True)
        assert links.claim(7) == url_for("claims.show", claim_id=7, _external=True)
        assert links.newsroom == url_for("newsroom.settings", _external=True)
        assert links.stop(3, "digest") == url_for("reminders.stop", token=links.stop(3, "digest")[30:], _external=True)


# --- the way to the server ---


def outgoing(receiver: str = "ines@example.org", *, needs_utf8: bool = False) -> Outgoing:
    return Outgoing("<1@example.org>", "tracker@example.org", receiver, b"Subject: Hello\r\n\r\nHello\r\n", needs_utf8)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    folder = tmp_path_factory.mktemp("tls")
    key, cert = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-keyout", key, "-out", cert],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context


Secured = Callable[..., Sink]


@pytest.fixture
def secured(certificate: ssl.SSLContext) -> Generator[Secured]:
    """A server with TLS, that asks for a password."""
    opened = []

    def allow(_server: object, _session: object, _envelope: object, mechanism: str, data: object) -> AuthResult:
        right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"desk@example.org", b"s:cret/ word")
        return AuthResult(success=right, handled=False)

    def start(**options: Any) -> Sink:
        opened.append(smtp_sink(authenticator=allow, auth_required=True, **options))
        return opened[-1].__enter__()

    yield start
    for each in opened:
        each.__exit__(None, None, None)


def test_over_starttls_with_a_password(secured: Secured, certificate: ssl.SSLContext):
    sink = secured(tls_context=certificate, require_starttls=True)
    server = Server.from_url(f"smtp://desk%40example.org:s%3Acret%2F%20word@localhost:{sink.port}")
    server.hand_over(outgoing(), Attempt(20), "example.org")

    assert len(sink.mails) == 1


def test_over_tls_from_the_first_byte(certificate: ssl.SSLContext):
    with smtp_sink(ssl_context=certificate) as sink:
        Server.from_url(f"smtps://localhost:{sink.port}").hand_over(outgoing(), Attempt(20), "example.org")

        assert len(sink.mails) == 1


def test_smtp_password_failure_is_logged_and_retried(secured: Secured, certificate: ssl.SSLContext):
    sink = secured(tls_context=certificate, require_starttls=True)
    with pytest.raises(Temporary, match="535"):
        Server.from_url(f"smtp://desk:wrong@localhost:{sink.port}").hand_over(outgoing(), Attempt(20), "example.org")


def test_a_password_is_never_sent_in_the_clear_to_another_machine(monkeypatch: pytest.MonkeyPatch, sink: Sink):
    monkeypatch.setattr(Server, "is_here", property(lambda _self: False))
    with pytest.raises(Temporary, match="not sent in the clear"):
        Server.from_url(f"smtp://desk:word@localhost:{sink.port}").hand_over(outgoing(), Attempt(20), "example.org")
    assert sink.mails == []


def test_a_certificate_of_another_machine_is_checked(
    secured: Secured, certificate: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
):
    sink = secured(tls_context=certificate, require_starttls=True)
    monkeypatch.setattr(Server, "is_here", property(lambda _self: False))
    with pytest.raises(Temporary, match="certificate"):
        Server.from_url(f"smtp://desk:word@localhost:{sink.port}").hand_over(outgoing(), Attempt(20), "example.org")


def test_a_server_that_knows_ascii_alone_refuses_for_good(sink: Sink, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("smtplib.SMTP.has_extn", lambda _self, name: False)
    with pytest.raises(Permanent, match="beyond ASCII"):
        Server.from_url(sink.url).hand_over(outgoing("zoë@example.org", needs_utf8=True), Attempt(20), "example.org")


@pytest.mark.parametrize(
    ("url", "port"),
    [
        ("smtp://mail.example.org", 25),
        ("smtp://u:p@mail.example.org", 587),
        ("smtps://mail.example.org", 465),
        ("smtp://h:2525", 2525),
    ],
)
def test_the_usual_ports(url: str, port: int):
    assert Server.from_url(url).port == port


def test_from_whom_mail_comes():
    assert Sender.from_address("tracker@example.org") == Sender("", "tracker@example.org", "example.org")
    assert Sender.from_address("The Desk <tracker@bücher.example>") == Sender(
        "The Desk", "tracker@bücher.example", "xn--bcher-kva.example"
    )


def test_lines_are_folded_without_breaking_words():
    long = "https://example.org/" + "a" * 100
    assert wrapped(f"See {long} there", 2) == f"  See\n  {long}\n  there"
    assert one_line("a\nb\r\n c") == "a b c"


def test_without_a_server_there_is_no_mail_job(settings: Settings, tmp_path: Path):
    assert list(message_jobs(settings)) == ["remind", "webhooks"]
    assert list(message_jobs(replace(settings, smtp_url="smtp://localhost"))) == ["remind", "mail", "webhooks"]
    assert DESK == "desk"
