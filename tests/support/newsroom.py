"""A newsroom with something in every state that a page can show: the sample, and beside it what the sample has not."""

from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

from sqlalchemy import select

from tests.factories import (
    DESK,
    change_settings,
    everyday,
    make_article,
    make_check,
    make_claim,
    make_editor,
    make_evidence,
    make_speaker,
)
from tests.intake.sorting import BODY as TO_SORT
from tests.intake.sorting import find_candidate, read_article
from tests.public.sample import make_public, make_sample
from tests.support.authenticator import Authenticator, add_passkey
from tests.support.web import password_hash
from tracker import clock
from tracker.accounts import desks, invitations, links, second_factor, tokens
from tracker.accounts.models import Editor
from tracker.articles import queries as article_queries
from tracker.articles import services as articles
from tracker.articles.models import Article
from tracker.claims import lifecycle
from tracker.claims.enums import Attribution, Outcome, QuoteKind, RelationKind, Stance, VerdictKind, Visibility, WithdrawReason
from tracker.claims.models import Claim, Speaker, Topic
from tracker.claims.services import editing, evidence, moves, verdicts
from tracker.claims.services import speakers as people
from tracker.db import Database
from tracker.errors import N_, Invalid
from tracker.imports import job_store
from tracker.imports.models import ImportJob, State
from tracker.intake import decisions, reading_queue
from tracker.intake.models import ArticleReading, ArticleSource, Candidate, SourceState
from tracker.net.ssrf_guard import Guard
from tracker.newsroom import settings
from tracker.notifications import in_app, outbox
from tracker.notifications.links import Links
from tracker.notifications.models import Format, Reminder
from tracker.notifications.outbox import PendingMessage
from tracker.notifications.planning import plan_due
from tracker.public import reports
from tracker.public.models import ReportKind
from tracker.public.reports import Given
from tracker.publishing import people as people_cards
from tracker.publishing import scorecards
from tracker.publishing import services as publishing
from tracker.samples import seeds
from tracker.scheduling import heartbeats, scheduler_instances
from tracker.webhooks import services as hooks

BODY = (
    "The ferry and the harbour\n\nThe ferry will probably stop before Easter, said the harbour master, if the subsidy ends. "
    "It is thirty years old.\n\nRents near the quay will fall.\n\nA longword" + "word" * 30
)
QUOTE = "The ferry will probably stop before Easter"


@dataclass
class Newsroom:
    """`ids` stand for the capital words of addresses; `people` are editors by a short name, "boss" with every role."""

    database: Database
    secret_key: str
    people: dict[str, Editor] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    def fill(self, address: str) -> str:
        """An address with its capital words replaced."""
        for name in sorted(self.ids, key=len, reverse=True):
            address = address.replace(name, self.ids[name])
        return address

    def number(self, name: str) -> int:
        return int(self.ids[name])

    # --- what a colleague does meanwhile ---

    def edited(self, name: str, **values: object) -> None:
        with self.database.writing() as session:
            claim = session.get_one(Claim, self.number(name))
            editing.edit(session, claim, values, actor=self.people["ben"].actor, version=claim.version)

    def translated(self, name: str, statement: str) -> None:
        with self.database.writing() as session:
            claim = session.get_one(Claim, self.number(name))
            other = "fr" if claim.language == "en" else "en"
            editing.set_translation(session, claim, other, {"statement": statement}, actor=self.people["ben"].actor)

    def assigned(self, name: str, to: str) -> None:
        with self.database.writing() as session:
            claim = session.get_one(Claim, self.number(name))
            editing.assign(session, claim, self.people[to].id, actor=self.people["ben"].actor)

    def sourced(self, name: str) -> None:
        with self.database.writing() as session:
            claim, actor = session.get_one(Claim, self.number(name)), self.people["ben"].actor
            evidence.add_evidence(
                session, claim, actor=actor, title="New source", stance=Stance.CONTEXT, url="https://example.org/n"
            )

    def rejected(self, name: str) -> None:
        with self.database.writing() as session:
            found = session.get_one(Candidate, self.number(name))
            decisions.reject(session, found.id, actor=self.people["ben"].actor, version=found.version)

    def renamed(self, name: str) -> None:
        """The article, the speaker or the topic."""
        kind = {"ARTICLE": Article, "SPEAKER": Speaker, "TOPIC": Topic}[name]
        with self.database.writing() as session:
            row = session.get_one(kind, self.number(name))
            for column in ("outlet", "affiliation", "label_en"):
                if hasattr(row, column):
                    setattr(row, column, "Theirs")
            if isinstance(row, Article):
                row.version += 1


def furnished(database: Database, secret_key: str) -> Newsroom:
    """Everything there is to see, in a few seconds."""
    room = Newsroom(database, secret_key)
    change_settings(database, name="Harbour Desk")
    seeds.seed(database, [seeds.paths.seeds_dir() / "sample_article.yaml"])
    _people(room)
    _article(room)
    _claims(room)
    _second_looks(room)
    _sorting(room)
    _public(room)
    _machinery(room)
    with database.writing() as session:
        lifecycle.flag_batch(session, clock.today("Europe/Paris"), limit=1000, at=clock.now())
    plan_due(database, email=True)
    in_app.deliver_in_app(database)
    return room


def _people(room: Newsroom) -> None:
    everything = ("viewer", "editor", "chief", "admin")
    make = {"boss": ("Ada Marsh", everything), "ben": ("Ben Okafor", ("editor",)), "guest": ("Rosa Lindt", ("viewer",))}
    room.people = {key: make_editor(room.database, name, roles=roles) for key, (name, roles) in make.items()}
    room.people["key"] = make_editor(room.database, "Kofi Lane", email="kofi@example.org")
    second = make_editor(room.database, "Noor Vane", email="second@example.org", roles=("chief",))
    room.people["pass"] = make_editor(room.database, "Yara Holm", email="yara@example.org")
    make_editor(room.database, "Sam Gone", active=False)
    room.ids |= {"EDITOR": str(room.people["ben"].id), "KOFI": str(room.people["key"].id)}
    with room.database.writing() as session:
        politics = desks.add(session, "Politics", actor=DESK)
        desks.assign(session, session.get_one(Editor, room.people["ben"].id), politics.id, actor=DESK)
        room.ids["GROUP"] = str(politics.id)
        today = clock.today("Europe/Paris")
        for key, name, days in (("boss", "Website box", 0), ("boss", "Fact-check bot", 0), ("ben", "Spreadsheet", 9)):
            owner = session.get_one(Editor, room.people[key].id)
            token, _ = tokens.add(session, owner, name, ["read"], actor=owner.actor, today=today - timedelta(days=days), days=8)
            if name == "Website box":
                tokens.revoke(session, token.id, actor=owner.actor)
        for editor in session.scalars(select(Editor).where(Editor.active)):
            editor.password = password_hash()
        second_factor.begin(session, session.get_one(Editor, second.id), second_factor.Keeper(room.secret_key))
        session.get_one(Editor, second.id).tf_primary_method = second_factor.METHOD
        for name in ("Phone", "Security key in the office"):
            add_passkey(session, session.get_one(Editor, second.id), Authenticator(), name)
        add_passkey(session, session.get_one(Editor, room.people["pass"].id), Authenticator(), "Laptop")
    room.people["second"] = second


def _article(room: Newsroom) -> None:
    more = {"url": "https://example.org/ferry", "author": "Nadia Brandt"}
    own = make_article(room.database, "The ferry and the harbour", body=BODY, **more)
    spoken = make_article(room.database, "A talk on the radio", language="fr")
    with room.database.reading() as session:
        sample = session.scalars(select(Article).where(Article.is_sample)).one()
        room.ids |= {"ARTICLE": str(own.id), "SPOKEN": str(spoken.id), "SAMPLE": str(sample.id)}
        room.ids["SPEAKER"] = str(session.scalars(select(Speaker.id).where(Speaker.name == "Ilse Oakes")).one())
        room.ids["TOPIC"] = str(session.scalars(select(Topic.id).where(Topic.label_en == "Works")).one())


def _sorting(room: Newsroom) -> None:
    """An article with a passage in every state, one in which nothing was found, and one that waits for a language model."""
    ben = room.people["ben"]
    reading = read_article(room.database, ben, TO_SORT, title="The bridge at Sollen")
    empty = read_article(room.database, ben, "The bridge was shut.", title="The bridge was shut")
    make_claim(room.database, "open", statement="The council will sign a contract with the ferry company in the autumn.")
    words = {"KEPT": "reopen", "REJECTED": "rain", "SIMILAR": "contract", "ASKED": "quay", "FREE": "Traffic"}
    with room.database.sessions() as session:
        room.ids |= {name: str(find_candidate(session, reading, each).id) for name, each in words.items()}
        for name, number in (("SORTING", reading), ("EMPTY", empty)):
            room.ids[name] = str(session.get_one(ArticleReading, number).article_id)
    with room.database.writing() as session:
        decisions.keep(session, room.number("KEPT"), {}, actor=room.people["boss"].actor, version=1)
        decisions.reject(session, room.number("REJECTED"), actor=ben.actor, version=1)
    waiting = make_article(room.database, "The bridge will open", body=TO_SORT)
    room.ids["AWAITED"] = str(waiting.id)
    with room.database.writing() as session:
        article, text = session.get_one(Article, waiting.id), article_queries.latest_text(session, waiting.id)
        assert text is not None
        reading_queue.queue_reading(session, article, text, actor=ben.actor)


def _public(room: Newsroom) -> None:
    sample = make_sample(room.database)
    room.ids |= {"SHOWN": f"{sample.article}-what-the-summit-will-bring", "THEME": f"{sample.topic}-{sample.topic_key}"}
    room.ids |= {f"READ-{name}".upper(): str(number) for name, number in sample.claims.items()}
    taken_down = make_public(room.database)
    room.ids["GONE"] = str(taken_down.id)
    with room.database.writing() as session:
        line, boss = "Taken down at the request of a court.", room.people["boss"].actor
        publishing.take_offline(session, taken_down.article_id, line=line, reason="Order 12.", actor=boss)
        settings.change(session, boss, speaker_pages="all", public_scorecards=True)
        people_cards.show_card(session, sample.person, True, reason="A minister.", actor=boss)
        for shown in (True, False):
            people_cards.show_card(session, room.number("SPEAKER"), shown, reason="Asked for.", actor=boss)
        reply = Given(ReportKind.REPLY, sample.claims["confirmed"], "en", "Ann Other", "ann@example.org", "I meant next year.")
        room.ids["REPORT"] = str(reports.receive(session, reply, network="0" * 64).id)
    make_public(room.database)  # in the article's own voice
    scorecards.count(room.database, lambda: False)
    room.ids["SUMMIT"] = str(sample.article)
    room.ids["INSTITUTE"] = str(sample.organisation)
    room.ids["VOICE"] = str(sample.person)


def _said(room: Newsroom) -> dict[str, object]:
    start = BODY.index(QUOTE)
    return {
        "article": Article(id=room.number("ARTICLE")), "quote": QUOTE, "quote_kind": QuoteKind.VERBATIM, "text_number": 1,
        "quote_start": start, "quote_end": start + len(QUOTE), "hedge": "probably", "certainty": "hedged", "likelihood_low": 60,
        "likelihood_high": 85, "condition": "If the subsidy ends", "refuted_if": "It runs at Easter.",
        "attribution": Attribution.IMPLIED, "speaker_id": make_speaker(room.database, "The harbour master").id,
        "statement": "The ferry stops before Easter.", "owner": room.people["ben"],
    }  # fmt: skip


def _claims(room: Newsroom) -> None:
    said, ben = _said(room), room.people["ben"]

    def make(name: str, status: str, **more: object) -> Claim:
        claim = make_claim(room.database, status, **{**said, **more})  # type: ignore[arg-type]
        room.ids[name] = str(claim.id)
        return claim

    full = make("FULL", "due")
    make("BARE", "due", confirmed_if="", quote="", quote_kind=None, text_number=None, quote_start=None, quote_end=None)
    make("DRAFT", "draft")
    make("OPEN", "open", review_on=clock.today("Europe/Paris") + timedelta(days=3), deadline_on=None)
    make("PROPOSED", "proposed", proposer=ben)
    make("RESOLVED", "resolved", outcome=Outcome.PARTLY_CONFIRMED)
    make("REVIEW", "under_review")
    make("LEAVING", "resolved")
    make("CHAIN", "under_review", proposer=ben)
    make("RETURNED", "due")
    make("WITHDRAWN", "withdrawn")
    make("LOST", "due")
    with room.database.writing() as session:
        own = session.get_one(Claim, full.id)
        make_check(session, own, exhaustive=True, queries="ferry Easter")
        gone = make_evidence(session, own, Stance.CONTRADICTS, title="A denial", note="Sent by fax.")
        make_evidence(session, own, Stance.CONTEXT, title="Our letter", visibility=Visibility.INTERNAL)
        kept = make_evidence(
            session, own, Stance.SUPPORTS, title="The timetable", publisher="The port", published_on=own.review_on
        )
        evidence.withdraw_evidence(session, own, gone.id, "It was forged.", actor=DESK)
        evidence.add_note(session, own, "@Ada Marsh, please ring the port again.", actor=ben.actor)
        relation = evidence.relate(session, own, room.number("OPEN"), RelationKind.ALTERNATIVE_TO, actor=DESK)
        room.ids |= {"RELATION": str(relation.id), "EVIDENCE": str(kept.id)}


def _second_looks(room: Newsroom) -> None:
    boss, ben = room.people["boss"], room.people["ben"]
    with room.database.writing() as session:

        def claim(name: str) -> Claim:
            return session.get_one(Claim, room.number(name))

        own = claim("RESOLVED")
        verdicts.add_postscript(session, own, "The second deal followed in May.", actor=boss.actor)
        own = claim("LEAVING")
        reason = WithdrawReason.MISTAKE
        verdicts.propose_withdrawal(session, own, reason, "The article never said this.", actor=ben.actor, version=own.version)
        own = claim("CHAIN")
        verdicts.propose(session, own, everyday(own), actor=ben.actor, version=own.version, requested_signer_id=boss.id)
        verdicts.sign(session, own, actor=boss.actor, version=own.version, note="Agreed.")
        moves.reopen(session, own, VerdictKind.CORRECTION, "We misread the date.", actor=boss.actor, version=own.version)
        own = claim("RETURNED")
        make_evidence(session, own, Stance.SUPPORTS)
        for _ in range(2):  # two returns, and a chief may decide alone
            verdicts.propose(session, own, everyday(own), actor=ben.actor, version=own.version)
            verdicts.return_(session, own, "Which of the two deals is meant?", actor=boss.actor, version=own.version)
        own = claim("LOST")
        for text in ("due", "moved"):
            evidence.add_note(session, own, f"The {text} one.", actor=ben.actor)
        article = session.get_one(Article, room.number("ARTICLE"))
        new = BODY.replace("before Easter", "after Easter").replace("thirty", "forty")
        articles.add_text(session, DESK, article, new)
        lost = people.add_speaker(session, actor=DESK, name="I. Oakes", kind="person")  # type: ignore[arg-type]
        room.ids["TWIN"] = str(lost.id)


def _machinery(room: Newsroom) -> None:
    """Mail, webhooks, links and schedulers, as if they had run for a while."""
    boss = room.people["boss"]
    with room.database.writing() as session:
        given = {"url": "https://example.org/hook", "format": Format.STANDARD, "events": ["claim.due"], "name": "CMS"}
        room.ids["HOOK"] = str(hooks.add(session, boss.actor, guard=Guard(), secret_key=room.secret_key, **given)[0].id)
        outbox.enqueue(session, [PendingMessage("test", "hook:1", "hook:1", "webhook", 0, "once", clock.now())], clock.now())
        row = session.scalars(select(Reminder).where(Reminder.channel == "webhook")).one()
        outbox.mark_failed_unleased(session, row.id, clock.now(), "It went wrong.")
        by_mail = {"language": "en", "actor": boss.actor}
        invited = invitations.invite(session, "new@example.org", "New Colleague", ["editor"], by_mail=False, **by_mail)  # type: ignore[arg-type]
        invitations.invite(session, "late@example.org", "Late Colleague", ["viewer"], by_mail=True, **by_mail)  # type: ignore[arg-type]
        room.ids["INVITED"] = str(invited)
        link = links.make(session, links.Purpose.PASSWORD, editor_id=room.people["guest"].id)
        room.ids["RESET"] = links.path(links.Purpose.PASSWORD, links.give_token(link))
        room.ids["STOP"] = urlsplit(Links("", room.secret_key).stop(boss.id, "digest")).path
        read = {"title": "Ferry", "body": "The ferry stops.", "sha256": "0" * 64, "url": "https://example.org/new"}
        for name, state, more in (
            ("QUEUED", SourceState.QUEUED, {"file_name": "ferry.pdf"}),
            ("READ", SourceState.READ, read),
            ("UNREAD", SourceState.FAILED, {"url": "https://example.org/paid", "problem": "paywall"}),
        ):
            source = ArticleSource(state=state, editor_id=boss.id, **more)
            session.add(source)
            session.flush()
            room.ids[name] = str(source.id)
        for name, state in (("WAITING", State.READING), ("FAILED", State.READING)):
            job = ImportJob(name=f"{name.lower()}.csv", size=2_000_000, sha256="0" * 64, state=state, editor_id=boss.id)
            session.add(job)
            session.flush()
            room.ids[name] = str(job.id)
        job_store.mark_failed(session, room.number("FAILED"), Invalid(N_("Whoever sent this file may not import any more.")))
    scheduler_instances.Registration(room.database).renew(leads=True)
    heartbeats.record(room.database, "flag", {"flagged": 3})
