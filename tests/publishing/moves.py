"""Random moves of a newsroom with public and private articles, for tests that compare the readers' tables with a rebuild."""

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import DESK, everyday, make_article, make_claim, make_editor, make_speaker, make_topic, prepare
from tracker.accounts.models import Editor
from tracker.articles import services as articles
from tracker.articles.models import Article
from tracker.claims.enums import Attribution, Outcome, SpeakerKind, Stance, Status, VerdictKind, Visibility, WithdrawReason
from tracker.claims.models import Check, Claim, Evidence, Hold, Speaker, Topic
from tracker.claims.services import editing, evidence, holds, moves, speakers, topics, verdicts
from tracker.db import Database
from tracker.errors import Refusal
from tracker.newsroom import settings
from tracker.publishing import services

NOON = datetime(2024, 4, 1, 12, tzinfo=UTC)


class Newsroom:
    """A newsroom that makes random moves; a move that is refused is a move, too. `done` counts those that were stored."""

    def __init__(self, database: Database, seed: int) -> None:
        self.database = database
        self.random = random.Random(seed)
        self.now = NOON
        self.done: dict[str, int] = {}
        self.editors = [make_editor(database).id for _ in range(3)]
        self.chief = make_editor(database, roles=("editor", "chief")).id
        self.speakers = [make_speaker(database, f"Speaker Nr{n}", aliases=(f"Alias{n}",)).id for n in range(4)]
        self.topics = [make_topic(database).id for _ in range(3)]
        self.articles = [make_article(database, f"Article {n}").id for n in range(4)]
        self.claims: list[int] = []
        for _ in range(8):
            self._add_claim()

    def move(self) -> None:
        """Make one random move, in a transaction of its own."""
        self.now += timedelta(minutes=self.random.randint(1, 600))
        name = self.random.choice(MOVES)
        try:
            with self.database.writing() as session:
                getattr(self, f"_{name}")(session)
        except Refusal:
            return
        self.done[name] = self.done.get(name, 0) + 1

    def _add_claim(self) -> None:
        with self.database.reading() as session:
            article = session.get_one(Article, self.random.choice(self.articles))
        claim = make_claim(self.database, self.random.choice(("draft", "open", "due", "proposed", "resolved")), article=article)
        self.claims.append(claim.id)

    def _claim(self, session: Session, *statuses: Status) -> Claim:
        query = select(Claim.id).where(Claim.status.in_(statuses)) if statuses else select(Claim.id)
        ids = list(session.scalars(query.order_by(Claim.id)))
        if not ids:
            raise Refusal("none")
        return session.get_one(Claim, self.random.choice(ids))

    def _actor(self, session: Session, chief: bool = False) -> Any:
        return session.get_one(Editor, self.chief if chief else self.random.choice(self.editors)).actor

    def _given(self, session: Session, claim: Claim, chief: bool = False) -> dict[str, Any]:
        return {"actor": self._actor(session, chief), "version": claim.version, "at": self.now}

    def _create(self, session: Session) -> None:
        article = session.get_one(Article, self.random.choice(self.articles))
        claim = make_claim(session, "open", article=article, statement=f"New at {self.now}.")
        self.claims.append(claim.id)

    def _edit(self, session: Session) -> None:
        claim = self._claim(session, Status.OPEN, Status.DUE, Status.DRAFT)
        text = f"Edited at {self.now}."
        attribution = self.random.choice(list(Attribution))
        speaker = None if attribution is Attribution.ARTICLE else self.random.choice(self.speakers)
        if self.random.random() < 0.2:
            text = f"{text} Speaker Nr{self.random.randint(0, 3)} is meant."
        changes = {"statement": text, "attribution": attribution, "speaker_id": speaker, "refuted_if": str(self.now)}
        editing.edit(session, claim, changes, **self._given(session, claim))

    def _translate(self, session: Session) -> None:
        claim = self._claim(session)
        editing.set_translation(session, claim, "fr", {"statement": f"Traduit à {self.now}."}, actor=DESK, at=self.now)

    def _topics(self, session: Session) -> None:
        claim = self._claim(session)
        chosen = tuple(self.random.sample(self.topics, self.random.randint(0, 3)))
        editing.set_topics(session, claim, chosen, actor=DESK, at=self.now)

    def _evidence(self, session: Session) -> None:
        claim = self._claim(session)
        visibility = self.random.choice(list(Visibility))
        stance = self.random.choice(list(Stance))
        title, url = f"Source at {self.now}", "https://example.org/"
        evidence.add_evidence(session, claim, actor=DESK, title=title, url=url, stance=stance, visibility=visibility, at=self.now)

    def _withdraw_evidence(self, session: Session) -> None:
        found = list(session.scalars(select(Evidence).where(Evidence.withdrawn_at.is_(None)).order_by(Evidence.id)))
        source = self.random.choice(found)
        claim = session.get_one(Claim, source.claim_id)
        evidence.withdraw_evidence(session, claim, source.id, "Wrong.", actor=DESK, at=self.now)

    def _check(self, session: Session) -> None:
        claim = self._claim(session)
        evidence.add_check(
            session,
            claim,
            actor=DESK,
            where_looked="There",
            found="Nothing",
            exhaustive=self.random.random() < 0.5,
            visibility=self.random.choice(list(Visibility)),
            at=self.now,
        )

    def _show_check(self, session: Session) -> None:
        found = list(session.scalars(select(Check).order_by(Check.id)))
        if not found:
            raise Refusal("none")
        check = self.random.choice(found)
        claim = session.get_one(Claim, check.claim_id)
        visibility = self.random.choice(list(Visibility))
        evidence.set_check_visibility(session, claim, check.id, visibility, actor=DESK, at=self.now)

    def _track(self, session: Session) -> None:
        claim = self._claim(session, Status.DRAFT)
        moves.track(session, claim, **self._given(session, claim))

    def _postpone(self, session: Session) -> None:
        claim = self._claim(session, Status.OPEN, Status.DUE)
        day = self.now.date() + timedelta(days=self.random.randint(1, 90))
        moves.postpone(session, claim, day, "Later.", **self._given(session, claim))

    def _propose(self, session: Session) -> None:
        claim = self._claim(session, Status.OPEN, Status.DUE)
        outcome = self.random.choice(list(Outcome))
        prepare(session, claim, outcome, at=self.now)
        session.refresh(claim)
        verdicts.propose(session, claim, everyday(claim, outcome), **self._given(session, claim))

    def _sign(self, session: Session) -> None:
        claim = self._claim(session, Status.PROPOSED)
        given = self._given(session, claim)
        proposal = claim.proposal_id
        verdicts.sign(session, claim, **given)
        if proposal is not None and claim.status is Status.RESOLVED and self.random.random() < 0.4:
            until = self.now + timedelta(hours=self.random.randint(1, 72))
            holds.hold(session, claim, proposal, until, actor=given["actor"], at=self.now)

    def _return(self, session: Session) -> None:
        claim = self._claim(session, Status.PROPOSED)
        verdicts.return_(session, claim, "No.", **self._given(session, claim))

    def _reopen(self, session: Session) -> None:
        claim = self._claim(session, Status.RESOLVED)
        kind = self.random.choice((VerdictKind.UPDATE, VerdictKind.CORRECTION))
        moves.reopen(session, claim, kind, "Changed.", **self._given(session, claim))

    def _postscript(self, session: Session) -> None:
        claim = self._claim(session, Status.RESOLVED)
        verdicts.add_postscript(session, claim, f"Added at {self.now}.", actor=DESK, at=self.now)

    def _withdraw(self, session: Session) -> None:
        claim = self._claim(session, Status.OPEN, Status.DUE, Status.DRAFT)
        moves.withdraw(session, claim, WithdrawReason.MISTAKE, "", **self._given(session, claim))

    def _propose_withdrawal(self, session: Session) -> None:
        claim = self._claim(session, Status.RESOLVED)
        given = self._given(session, claim)
        verdicts.propose_withdrawal(session, claim, WithdrawReason.TOO_VAGUE, "Too vague to judge.", **given)

    def _restore(self, session: Session) -> None:
        claim = self._claim(session, Status.WITHDRAWN)
        moves.restore(session, claim, "Back.", **self._given(session, claim, chief=True))

    def _release(self, session: Session) -> None:
        holds.release_due(session, self.now, limit=10)

    def _release_early(self, session: Session) -> None:
        rows = list(session.scalars(select(Hold).where(Hold.released_at.is_(None)).order_by(Hold.verdict_id)))
        if not rows:
            raise Refusal("none")
        row = self.random.choice(rows)
        holds.release(
            session, session.get_one(Claim, row.claim_id), row.verdict_id, actor=self._actor(session, True), at=self.now
        )

    def _publish(self, session: Session) -> None:
        later = self.now + timedelta(hours=self.random.randint(1, 48)) if self.random.random() < 0.3 else None
        article = self.random.choice(self.articles)
        services.publish(session, article, actor=self._actor(session, True), go_live_at=later, at=self.now)

    def _unschedule(self, session: Session) -> None:
        services.unschedule(session, self.random.choice(self.articles), actor=DESK, at=self.now)

    def _go_live(self, session: Session) -> None:
        services.go_live_due(session, self.now, limit=10)

    def _offline(self, session: Session) -> None:
        if self.random.random() < 0.6:
            raise Refusal("rarely")
        article = self.random.choice(self.articles)
        services.take_offline(
            session, article, line="Taken down.", reason="A judge asked.", actor=self._actor(session, True), at=self.now
        )

    def _rename_article(self, session: Session) -> None:
        article = session.get_one(Article, self.random.choice(self.articles))
        articles.edit(session, DESK, article, version=article.version, title=f"Article at {self.now}")

    def _rename_speaker(self, session: Session) -> None:
        speaker = session.get_one(Speaker, self.random.choice(self.speakers))
        given = {"name": f"Speaker at {self.now}", "kind": SpeakerKind.PERSON, "affiliation": "", "aliases": ("Nr1",)}
        speakers.edit_speaker(session, speaker, actor=DESK, **given)

    def _merge_speakers(self, session: Session) -> None:
        speaker, into = self.random.sample(self.speakers, 2)
        speakers.merge(session, session.get_one(Speaker, speaker), into, actor=self._actor(session, True))

    def _unmerge_speakers(self, session: Session) -> None:
        speaker = session.get_one(Speaker, self.random.choice(self.speakers))
        speakers.unmerge(session, speaker, actor=self._actor(session, True))

    def _rename_topic(self, session: Session) -> None:
        topic = session.get_one(Topic, self.random.choice(self.topics))
        topics.edit_topic(session, topic, actor=DESK, label_en=f"Topic {self.now}", label_fr=f"Thème {self.now}")

    def _name_editors(self, session: Session) -> None:
        settings.change(session, DESK, name_editors=not settings.load(session).name_editors)


MOVES = tuple(
    name.removeprefix("_")
    for name, value in vars(Newsroom).items()
    if name.startswith("_")
    and not name.startswith("__")
    and name not in ("_add_claim", "_claim", "_actor", "_given")
    and isinstance(value, Callable)  # type: ignore[arg-type]
)

__all__ = ["MOVES", "NOON", "Newsroom", "date"]
