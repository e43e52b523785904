"""Who may come in where: the table below is written by hand, and the application has to agree with every line of it.

A new route belongs here, too: method and address, under what it needs. `CLAIM` and the like stand for rows that exist.
"""

from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_network
from typing import Final

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from tests.factories import DESK, make_article, make_check, make_claim, make_editor, make_evidence, make_speaker, make_topic
from tests.intake.sorting import read_again
from tests.public.sample import make_public, make_sample
from tests.support.authenticator import Authenticator, add_passkey
from tests.support.web import AppFactory, Client, SignIn
from tracker import clock
from tracker.accounts import desks, invitations, tokens
from tracker.accounts.models import Editor
from tracker.accounts.roles import Role
from tracker.claims.enums import Outcome, RelationKind
from tracker.claims.models import Claim, Hold, Verdict
from tracker.claims.services import evidence
from tracker.config import MonitoringSettings, Settings, SignInSettings
from tracker.db import Database
from tracker.imports.models import ImportJob, State
from tracker.intake.models import Candidate, CandidateKind
from tracker.intake.services import queue_file
from tracker.net.ssrf_guard import Guard
from tracker.newsroom import settings
from tracker.notifications import feed_tokens as feeds
from tracker.notifications import outbox
from tracker.notifications.links import Links
from tracker.notifications.models import Feed, Format, Reminder
from tracker.notifications.outbox import PendingMessage
from tracker.public import reports
from tracker.public.models import ReportKind
from tracker.public.reports import Given
from tracker.publishing import people
from tracker.publishing import scorecards as public_scorecards
from tracker.web import access
from tracker.webhooks import services as hooks

ROLES: Final = ("nobody", "viewer", "editor", "chief", "admin")

# What a route needs, and who has it.
TABLE: Final[dict[str, tuple[frozenset[str], str]]] = {
    "nothing": (
        frozenset(ROLES),
        """
        GET /healthz
        GET /readyz
        GET /metrics
        GET /oidc/start
        GET /oidc/callback
        GET /.well-known/security.txt
        GET /api/v1/openapi.json
        GET /.well-known/change-password
        GET /language
        POST /language
        POST /theme
        GET /welcome
        GET /welcome/LINK
        POST /welcome/LINK
        GET /login/code
        POST /login/code
        POST /login/code/passkey
        POST /login/code/passkey/options
        POST /login/passkey
        POST /login/passkey/options
        GET /reset
        POST /reset
        GET /reset/LINK
        POST /reset/LINK
        GET /invitation/LINK
        POST /invitation/LINK
        GET /login
        POST /login
        POST /logout
        GET /u/TOKEN
        POST /u/TOKEN
        GET /cal/CALKEY/reviews.ics
        GET /feeds/ATOMKEY/due.atom
        GET /public
        GET /public/
        GET /public/en/
        GET /public/en/older/1~2030-01-01T00:00:00Z
        GET /public/en/articles/SHOWN
        GET /public/en/articles/SHOWN-PATH
        GET /public/en/articles/SHOWN-PATH/after/READABLE
        GET /public/en/articles/SHOWN.json
        GET /public/en/articles/SHOWN-PATH.json
        GET /public/en/claims/READABLE
        GET /public/en/claims/READABLE/cite
        GET /public/en/claims/READABLE.json
        GET /public/en/scorecards
        GET /public/en/scorecards.json
        GET /public/en/scorecards/own-voice
        GET /public/en/scorecards/own-voice.json
        GET /public/en/scorecards/topics/THEME
        GET /public/en/scorecards/topics/THEME-PATH
        GET /public/en/scorecards/people/VOICE
        GET /public/en/scorecards/people/VOICE.json
        GET /public/en/scorecards/topics/THEME.json
        GET /public/en/scorecards/topics/THEME-PATH.json
        GET /public/scorecards.csv
        GET /public/en/topics/THEME
        GET /public/en/topics/THEME-PATH
        GET /public/en/topics/THEME-PATH/older/999999999
        GET /public/en/topics/THEME.json
        GET /public/en/topics/THEME-PATH.json
        GET /public/en/speakers/VOICE
        GET /public/en/speakers/VOICE/older/999999999
        GET /public/en/corrections
        GET /public/en/corrections/older/1~2030-01-01T00:00:00Z
        GET /public/en/corrections.json
        GET /public/en/newest.json
        GET /public/en/method
        GET /public/en/verdicts.atom
        GET /public/verdicts.atom
        GET /public/verdicts.csv
        GET /public/what-the-summit-will-bring
        GET /public/sitemap-0.xml
        GET /sitemap.xml
        GET /robots.txt
        GET /public/en/report
        POST /public/en/report
        GET /public/en/report/thanks
        GET /embed/en/claims/READABLE
        GET /og/READABLE-00000000-en.png
        GET /oembed?url=http://localhost/public/en/claims/READABLE
        """,
    ),
    # By a program's token alone: what a session may see or do counts nothing here. tests/api has the table of scopes.
    "a token": (
        frozenset(),
        """
        GET /api/v1/articles
        GET /api/v1/claims
        GET /api/v1/claims/CLAIM
        GET /api/v1/verdicts
        GET /api/v1/evidence
        GET /api/v1/checks
        GET /api/v1/speakers
        GET /api/v1/topics
        GET /api/v1/events
        GET /api/v1/me
        POST /api/v1/articles
        POST /api/v1/claims
        PATCH /api/v1/claims/CLAIM
        POST /api/v1/claims/CLAIM/evidence
        POST /api/v1/claims/CLAIM/checks
        POST /api/v1/claims/CLAIM/notes
        POST /api/v1/claims/CLAIM/moves
        POST /api/v1/claims/CLAIM/proposals
        POST /api/v1/suggestions
        """,
    ),
    "reading": (
        frozenset({"viewer", "editor", "chief", "admin"}),
        """
        GET /
        GET /queue
        GET /queue/news
        GET /queue/signed
        POST /queue/views
        POST /queue/views/VIEW/delete
        POST /export/selection.csv
        GET /articles
        GET /articles/ARTICLE
        GET /articles/ARTICLE-SLUG
        GET /articles/ARTICLE/text
        GET /claims
        GET /claims/CLAIM
        GET /claims/CLAIM/history
        GET /claims/CLAIM/peek
        GET /claims/CLAIM/dossier
        GET /record
        GET /record/editors/EDITOR
        GET /speakers
        GET /speakers/SPEAKER
        GET /topics
        GET /topics/TOPIC
        GET /overview
        GET /overview/weeks.csv
        GET /scorecards
        GET /scorecards/speakers/SPEAKER
        GET /scorecards/own-voice
        GET /scorecards/topics/TOPIC
        GET /scorecards/desk
        GET /scorecards/desks/GROUP
        GET /scorecards/no-desk
        GET /scorecards/years/2024
        GET /exports
        GET /export
        GET /settings
        POST /settings
        GET /confirm
        POST /confirm
        POST /confirm/passkey/options
        POST /confirm/passkey
        GET /settings/passkeys
        POST /settings/passkeys
        POST /settings/passkeys/options
        GET /settings/second-factor
        POST /settings/second-factor
        POST /settings/second-factor/confirm
        POST /settings/second-factor/codes
        POST /settings/second-factor/off
        GET /account/tokens
        GET /api/docs
        POST /account/tokens
        GET /settings/keyboard
        GET /keys
        GET /help/queue
        GET /reminders
        POST /reminders
        POST /settings/sessions
        GET /change
        POST /change
        """,
    ),
    "reading, by programs": (
        frozenset({"viewer", "editor", "chief", "admin"}),
        """
        GET /export/verdicts.csv
        GET /claims/CLAIM/dossier.jsonl
        """,
    ),
    "editing": (
        frozenset({"editor", "chief"}),
        """
        GET /settings/hedges
        GET /settings/cues
        GET /articles/ARTICLE/attach
        POST /articles/ARTICLE/attach
        GET /settings/reminders
        POST /settings/reminders
        POST /settings/reminders/leave
        POST /settings/reminders/test
        GET /settings/reminders/digest
        POST /settings/reminders/feed
        POST /queue/bulk
        GET /queue/all
        POST /queue/steps/STEP/undo
        GET /queue/handover
        POST /queue/handover
        GET /articles/new
        POST /articles/new
        POST /articles/sources
        GET /articles/sources/SOURCE
        POST /articles/sources/SOURCE
        GET /articles/sorting
        GET /articles/ARTICLE/sort
        POST /articles/ARTICLE/sort/read
        POST /articles/ARTICLE/sort/CANDIDATE
        POST /articles/ARTICLE/sort/own
        POST /articles/ARTICLE/sort/all
        POST /articles/ARTICLE/sort/undo
        POST /articles/ARTICLE/sort/hand-over
        GET /articles/ARTICLE/edit
        POST /articles/ARTICLE/edit
        GET /articles/ARTICLE/text/new
        POST /articles/ARTICLE/text/new
        GET /articles/ARTICLE/mark
        POST /articles/ARTICLE/mark
        GET /articles/ARTICLE/text/claims
        POST /articles/ARTICLE/text/claims
        GET /claims/CLAIM/split
        POST /claims/CLAIM/split
        POST /claims/CLAIM/relations/RELATION/remove
        GET /claims/CLAIM/quote
        POST /claims/CLAIM/quote
        GET /claims/new
        POST /claims/new
        GET /claims/CLAIM/edit
        POST /claims/CLAIM/edit
        POST /claims/CLAIM/undo
        GET /claims/CLAIM/assign
        POST /claims/CLAIM/assign
        GET /claims/CLAIM/topics
        POST /claims/CLAIM/topics
        GET /claims/CLAIM/translation
        POST /claims/CLAIM/translation
        GET /claims/CLAIM/relations
        POST /claims/CLAIM/relations
        GET /claims/CLAIM/evidence
        POST /claims/CLAIM/evidence
        GET /claims/CLAIM/evidence/EVIDENCE/withdraw
        GET /claims/CLAIM/evidence/EVIDENCE/edit
        POST /claims/CLAIM/evidence/EVIDENCE/edit
        POST /claims/CLAIM/evidence/EVIDENCE/withdraw
        GET /claims/CLAIM/checks
        POST /claims/CLAIM/checks
        GET /claims/CLAIM/notes
        POST /claims/CLAIM/notes
        GET /claims/CLAIM/track
        POST /claims/CLAIM/track
        GET /claims/CLAIM/postpone
        POST /claims/CLAIM/postpone
        GET /claims/CLAIM/verdict
        POST /claims/CLAIM/verdict
        GET /claims/CLAIM/signoff
        POST /claims/CLAIM/signoff
        GET /claims/CLAIM/reopen
        POST /claims/CLAIM/reopen
        GET /claims/CLAIM/withdraw
        POST /claims/CLAIM/withdraw
        GET /claims/CLAIM/withdrawal
        POST /claims/CLAIM/withdrawal
        GET /claims/CLAIM/publication
        POST /claims/CLAIM/publication/hold
        POST /claims/CLAIM/publication/release/VERDICT
        POST /claims/CLAIM/checks/CHECK/visibility
        GET /articles/ARTICLE/publication
        POST /articles/ARTICLE/publication
        POST /articles/ARTICLE/publication/cancel
        POST /articles/ARTICLE/publication/noindex
        GET /articles/ARTICLE/publication/preview/en
        GET /claims/CLAIM/postscript
        POST /claims/CLAIM/postscript
        GET /speakers/new
        POST /speakers/new
        GET /speakers/VOICE/publication
        GET /speakers/SPEAKER/edit
        POST /speakers/SPEAKER/edit
        GET /topics/new
        POST /topics/new
        GET /topics/TOPIC/edit
        POST /topics/TOPIC/edit
        GET /import
        POST /import
        """,
    ),
    # An import is there for the editor who sent the file, and for nobody else: this one is somebody else's.
    "editing, by its owner": (
        frozenset({"editor", "chief"}),
        """
        GET /import/IMPORT
        POST /import/IMPORT/reading
        POST /import/IMPORT/check
        POST /import/IMPORT/run
        POST /import/IMPORT/discard
        GET /import/IMPORT/bad-rows.csv
        """,
    ),
    # A passkey is there for its owner alone: this one is another's.
    "reading, by its owner": (
        frozenset({"viewer", "editor", "chief", "admin"}),
        """
        POST /settings/passkeys/PASSKEY/name
        POST /settings/passkeys/PASSKEY/remove
        """,
    ),
    "looking after the installation": (
        frozenset({"admin"}),
        """
        GET /operations
        POST /operations/again/MESSAGE
        """,
    ),
    "leading, or looking after people": (
        frozenset({"chief", "admin"}),
        """
        GET /settings/webhooks
        POST /settings/webhooks
        GET /settings/webhooks/HOOK
        POST /settings/webhooks/HOOK
        POST /settings/webhooks/HOOK/deliveries/MESSAGE
        GET /settings/desks
        POST /settings/desks
        GET /settings/desks/GROUP
        POST /settings/desks/GROUP
        POST /settings/desks/GROUP/members
        POST /settings/desks/GROUP/members/EDITOR/remove
        POST /settings/desks/GROUP/remove
        POST /account/tokens/APITOKEN/revoke
        """,
    ),
    "leading": (
        frozenset({"chief"}),
        """
        GET /speakers/SPEAKER/merge
        POST /speakers/SPEAKER/merge
        POST /speakers/SPEAKER/unmerge
        POST /claims/CLAIM/publication/name
        POST /speakers/VOICE/publication
        POST /articles/ARTICLE/publication/offline
        GET /reports
        GET /reports/REPORT
        POST /reports/REPORT
        GET /claims/CLAIM/restore
        POST /claims/CLAIM/restore
        GET /record/erase
        POST /record/erase
        POST /record/erase/look
        POST /record/erase/now
        GET /settings/newsroom
        POST /settings/newsroom
        GET /settings/hedges/line
        POST /settings/hedges/line
        POST /settings/hedges/remove
        POST /settings/cues
        """,
    ),
    "looking after people": (
        frozenset({"admin"}),
        """
        GET /people
        POST /people
        GET /people/EDITOR
        POST /people/EDITOR/roles
        POST /people/EDITOR/disable
        POST /people/EDITOR/enable
        POST /people/EDITOR/second-factor
        POST /people/invitations/INVITATION/again
        POST /people/invitations/INVITATION/withdraw
        """,
    ),
}

LINES: Final = [(need, *line.split()) for need, (_, lines) in TABLE.items() for line in lines.strip().splitlines()]


@pytest.fixture(name="settings")
def settings_with_monitoring(settings: Settings) -> Settings:
    """With everything on that has an address only where it is configured."""
    monitoring = MonitoringSettings(metrics_networks=(ip_network("127.0.0.0/8"),), security_contact="mailto:a@example.org")
    sign_in = SignInSettings(issuer="http://localhost:1", client_id="tracker")
    return replace(settings, monitoring=monitoring, sign_in=sign_in)


@pytest.fixture
def at(app: Flask, database: Database) -> Callable[[str], str]:
    """`at("/claims/CLAIM")`: the address with the ids of rows that exist."""
    article = make_article(database, body="One paragraph.")
    claim = make_claim(database, "due", article=article)
    links = Links.from_settings(app.extensions["tracker_settings"])
    shown = make_sample(database)
    with database.writing() as session:
        settings.change(session, DESK, speaker_pages="all", public_scorecards=True)
        people.show_card(session, shown.person, True, reason="A minister.", actor=DESK)
    make_public(database)  # in the article's own voice
    public_scorecards.count(database, lambda: False)
    ids = {
        "ARTICLE": article.id,
        "SLUG": "what-the-summit",
        "SHOWN": shown.article,
        "READABLE": shown.claims["confirmed"],
        "THEME": shown.topic,
        "VOICE": shown.person,
        "PATH": "any-words",
        "REPORT": a_report(database, shown.claims["confirmed"]),
        "CHECK": make_check(database, claim).id,
        "VERDICT": a_held_verdict(database, claim),
        "CLAIM": claim.id,
        "EVIDENCE": make_evidence(database, claim).id,
        "EDITOR": make_editor(database).id,
        "SPEAKER": make_speaker(database).id,
        "GROUP": make_desk(database),
        "TOPIC": make_topic(database).id,
        "INVITATION": an_invitation(database),
        "IMPORT": somebody_s_import(database),
        "SOURCE": a_source(database),
        "CANDIDATE": a_candidate(database, article.id),
        "HOOK": somebody_s_hook(database),
        "MESSAGE": a_message_set_aside(database),
        "CALKEY": somebody_s_feed(database, Feed.CALENDAR),
        "ATOMKEY": somebody_s_feed(database, Feed.ATOM),
        "RELATION": a_relation(database, claim),
        "STEP": 999_999,
        "VIEW": 999_999,
        "APITOKEN": somebody_s_token(database),
        "PASSKEY": somebody_s_passkey(database),
        "TOKEN": links.stop(make_editor(database).id, "digest").rpartition("/")[2],
    }

    def fill(address: str) -> str:
        for name, value in ids.items():
            address = address.replace(name, str(value))
        return address

    return fill


def make_desk(database: Database) -> int:
    with database.writing() as session:
        return desks.add(session, "Politics", actor=DESK).id


def a_report(database: Database, claim_id: int) -> int:
    given = Given(ReportKind.ERROR, claim_id, "en", "", "", "It is wrong.")
    with database.writing() as session:
        return reports.receive(session, given, network="0" * 64).id


def a_held_verdict(database: Database, claim: Claim) -> int:
    """A verdict of the claim that any editor may release, so that no role is refused for being a bystander."""
    with database.writing() as session:
        verdict = Verdict(claim_id=claim.id, number=99, outcome=Outcome.VOID, rationale="Because.")
        session.add(verdict)
        session.flush()
        session.add(Hold(verdict_id=verdict.id, claim_id=claim.id, until=clock.now(), released_at=clock.now()))
        return verdict.id


def somebody_s_hook(database: Database) -> int:
    owner = make_editor(database, roles=("chief",))
    with database.writing() as session:
        given = {"name": "CMS", "url": "https://example.org/hook", "format": Format.STANDARD, "events": ["claim.due"]}
        return hooks.add(session, owner.actor, guard=Guard(), secret_key="x" * 40, **given)[0].id


def a_message_set_aside(database: Database) -> int:
    with database.writing() as session:
        outbox.enqueue(session, [PendingMessage("test", "hook:1", "hook:1", "webhook", 0, "once", clock.now())], clock.now())
        row = session.scalars(select(Reminder)).one()
        outbox.mark_failed_unleased(session, row.id, clock.now(), "It went wrong.")
        return row.id


def somebody_s_feed(database: Database, feed: Feed) -> str:
    owner = make_editor(database).id
    with database.writing() as session:
        return feeds.renew(session, owner, feed)


def somebody_s_token(database: Database) -> int:
    owner = make_editor(database)
    with database.writing() as session:
        found = session.get_one(Editor, owner.id)
        return tokens.add(session, found, "Bot", ["read"], actor=owner.actor, today=clock.today("UTC"))[0].id


def somebody_s_passkey(database: Database) -> int:
    owner = make_editor(database)
    with database.writing() as session:
        return add_passkey(session, session.get_one(Editor, owner.id), Authenticator()).id


def a_source(database: Database) -> int:
    with database.writing() as session:
        return queue_file(session, make_editor(session).actor, "a.txt", b"Words.").id


def a_candidate(database: Database, article_id: int) -> int:
    reading = read_again(database, make_editor(database), article_id)
    place = {"quote_start": 0, "quote_end": 3, "paragraph": 1}
    with database.writing() as session:
        candidate = Candidate(reading_id=reading, kind=CandidateKind.LIKELY, statement="One paragraph.", **place)
        session.add(candidate)
        session.flush()
        return candidate.id


def somebody_s_import(database: Database) -> int:
    owner = make_editor(database).id
    with database.writing() as session:
        job = ImportJob(name="a.csv", size=1, sha256="0" * 64, state=State.MAPPING, editor_id=owner)
        session.add(job)
        session.flush()
        return job.id


def a_relation(database: Database, claim: Claim) -> int:
    other = make_claim(database, "open")
    with database.writing() as session:
        return evidence.relate(session, session.get_one(Claim, claim.id), other.id, RelationKind.PART_OF, actor=DESK).id


def an_invitation(database: Database) -> int:
    admin = make_editor(database, roles=("admin",))
    with database.writing() as session:
        invitations.invite(session, "new@example.org", "New", ["viewer"], language="en", actor=admin.actor, by_mail=True)
        return invitations.list_open(session)[0][0].id


def endpoint(app: Flask, method: str, address: str) -> tuple[str, str]:
    rule, _ = app.url_map.bind("localhost").match(address.partition("?")[0], method, return_rule=True)
    assert isinstance(rule, Rule)
    return method, rule.rule


def test_permission_table_matches_the_routes(app: Flask, at: Callable[[str], str]):
    listed = {endpoint(app, method, at(address)) for _, method, address in LINES}
    there = {(method, rule.rule) for rule in app.url_map.iter_rules() for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}
    assert there - listed == set(), "these routes are missing from the table"
    assert listed - there == set()


@pytest.mark.parametrize("role", ROLES)
def test_the_application_agrees_with_the_table(role: str, client: Client, sign_in: SignIn, at: Callable[[str], str]):
    browser = client if role == "nobody" else sign_in(role)
    editor = getattr(browser, "editor", None)
    wrong = []
    for need, method, address in LINES:
        answer = browser.open(at(address), method=method) if method in {"GET", "PATCH"} else browser.post(at(address))
        location = (answer.location or "").partition("?")[0]
        to_the_door = answer.status_code == 303 and location == "/login" and not address.startswith(("/logout", "/login/code"))
        if need == "a token":
            as_it_should = answer.status_code == 401
        elif role in TABLE[need][0] and need in {"editing, by its owner", "reading, by its owner"}:
            as_it_should = answer.status_code == 404
        elif role in TABLE[need][0]:
            as_it_should = answer.status_code not in {401, 403, 404, 405, 500} and not to_the_door
        elif role == "nobody":
            as_it_should = answer.status_code == 401 if need == "reading, by programs" else to_the_door
        else:
            as_it_should = answer.status_code == (404 if method == "GET" else 403)
        if not as_it_should:
            wrong.append(f"{role} {method} {address} ({need}): {answer.status_code}")
        if address == "/logout" and editor is not None:
            browser = sign_in(editor)
    assert wrong == []


@pytest.mark.parametrize("role", ROLES[1:])
def test_what_does_not_exist_looks_like_what_one_may_not_see(role: str, sign_in: SignIn):
    browser = sign_in(role)
    for need, method, address in LINES:
        if not any(name in address for name in ("ARTICLE", "CLAIM", "EDITOR", "SPEAKER", "TOPIC", "INVITATION", "GROUP")):
            continue
        for name in (
            "ARTICLE",
            "SLUG",
            "CLAIM",
            "EVIDENCE",
            "RELATION",
            "EDITOR",
            "SPEAKER",
            "TOPIC",
            "INVITATION",
            "VERDICT",
            "CHECK",
            "CANDIDATE",
            "GROUP",
        ):
            address = address.replace(name, "999999")
        answer = browser.open(address, method=method) if method in {"GET", "PATCH"} else browser.post(address)
        may = role in TABLE[need][0]
        if need == "a token":
            assert answer.status_code == 401, (method, address)
            continue
        assert answer.status_code == (404 if may or method == "GET" else 403), (method, address)


# The other spellings are tried on the addresses of each kind, and on what reads them.
@pytest.mark.parametrize("number", ["99999999999999999999", "-1", "%00", "1 or 1"])
def test_what_is_no_number_is_no_page(sign_in: SignIn, number: str):
    browser = sign_in("chief")
    for _, method, address in LINES:
        if "CLAIM" in address or "ARTICLE" in address:
            path = (
                address.replace("CLAIM", number)
                .replace("ARTICLE", number)
                .replace("EVIDENCE", number)
                .replace("RELATION", number)
                .replace("VERDICT", number)
                .replace("CHECK", number)
                .replace("CANDIDATE", number)
                .replace("-SLUG", "")
            )
            answer = browser.open(path, method=method) if method == "GET" else browser.post(path)
            assert answer.status_code in {404, 405}, (method, path)


def test_taking_away_any_declaration_keeps_the_application_from_starting(app: Flask, new_app: AppFactory):
    for name, view in app.view_functions.items():
        kept = access.access_of(app, name)
        delattr(view, access._DECLARED)
        with pytest.raises(RuntimeError, match=name):
            access.check_declared(app)
        assert kept is not None
        access.declare(view, kept)
    access.check_declared(app)


@pytest.mark.parametrize("role", [role.value for role in (Role.VIEWER, Role.ADMIN)])
def test_a_page_offers_nothing_that_the_role_does_not_allow(role: str, sign_in: SignIn, at: Callable[[str], str]):
    browser = sign_in(role)
    for need, method, address in LINES:
        if method == "GET" and role in TABLE[need][0] and need == "reading":
            text = browser.get(at(address), follow_redirects=True).text
            for other, verb, target in LINES:
                if role not in TABLE[other][0] and target != "/":
                    mark = f'action="{at(target)}"' if verb == "POST" else f'href="{at(target)}"'
                    assert mark not in text, f"{address} offers {verb} {target}"
