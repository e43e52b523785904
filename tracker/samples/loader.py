"""Load one sample file: its article, its claims, and what happened to them step by step."""

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts import desks
from tracker.accounts import people as newsroom_people
from tracker.accounts.models import Editor
from tracker.accounts.roles import Role
from tracker.articles import queries as articles
from tracker.articles import services as article_services
from tracker.articles.models import Article
from tracker.articles.quote_matching import QuoteFinder
from tracker.claims import lifecycle
from tracker.claims.enums import (
    Attribution,
    Certainty,
    ConditionStatus,
    DeadlineSource,
    EvidenceAbout,
    Outcome,
    OutcomeReason,
    QuoteKind,
    RelationKind,
    SourceKind,
    SpeakerKind,
    Stance,
    VerdictKind,
    Visibility,
    WithdrawReason,
)
from tracker.claims.models import Claim, Topic
from tracker.claims.services import editing, evidence, moves, speakers, topics, verdicts
from tracker.claims.verdict_rules import Proposed
from tracker.ledger import SYSTEM, Actor
from tracker.newsroom import settings

# Loads act as Tracker with an editor's rights: no editor of this newsroom entered the claims.
LOADER = Actor(None, SYSTEM.roles | {Role.EDITOR})

# A mapping of the file as its YAML has it: an article, a claim, or one step of what happened to it.
Part = dict[str, Any]


class SeedLoader:
    """One file on its way into the database."""

    def __init__(self, session: Session, document: Part) -> None:
        self.session = session
        self.document = document
        self.now = clock.now()
        self.zone = settings.load(session).zone
        self.today = self.now.astimezone(self.zone).date()
        self.editors: dict[str | None, Editor] = {}
        self.topics: dict[str, Topic] = {}
        self.speakers: dict[str | None, int | None] = {None: None}
        self.claims: dict[str, Claim] = {}

    def run(self) -> int | None:
        """Load the file; None if it was loaded before, else the number of its claims."""
        spec = self.document["article"]
        external_id = f"seed:{spec['key']}"
        if self.session.scalar(select(Article.id).where(Article.external_id == external_id)) is not None:
            return None
        self.sample: bool = spec["is_sample"]
        self._people()
        published: date = spec.get("published_on") or self.today - timedelta(days=spec["published_days_ago"])
        self.article = article_services.create(
            self.session,
            LOADER,
            title=spec["title"],
            outlet=spec["outlet"] or "",
            url=spec["url"],
            author=spec["author"] or "",
            language=spec["language"],
            published_on=published,
            body=spec.get("text"),
            is_sample=self.sample,
            external_id=external_id,
        )
        self._play(self._timeline())
        return len(self.claims)

    def _ago(self, days: int | None) -> date | None:
        return None if days is None else self.today - timedelta(days=days)

    def _people(self) -> None:
        language = self.document["article"]["language"]
        for spec in self.document.get("editors", []):
            known = newsroom_people.find(self.session, spec["email"])
            editor = known or newsroom_people.add_editor(
                self.session, spec["email"], spec["name"], spec["roles"], None, SYSTEM, language=spec["language"], is_sample=True
            )
            self.editors[spec["key"]] = editor
            if spec.get("desk") and editor.desk_id is None:
                desk = desks.find(self.session, spec["desk"]) or desks.add(self.session, spec["desk"], actor=SYSTEM)
                desks.assign(self.session, editor, desk.id, actor=SYSTEM)
        for spec in self.document["topics"]:
            known_topic = self.session.scalar(select(Topic).where(Topic.key == spec["key"]))
            label = spec["label"]
            self.topics[spec["key"]] = known_topic or topics.add_topic(
                self.session, actor=LOADER, label_en=label["en"], label_fr=label["fr"], key=spec["key"], is_sample=self.sample
            )
        for spec in self.document["speakers"]:
            affiliation = spec["affiliation"][language] if spec["affiliation"] else ""
            # Articles of one demonstration quote the same organisations.
            known_speaker = speakers.find_namesake(self.session, spec["name"], affiliation) if self.sample else None
            if known_speaker is not None and not known_speaker.is_sample:
                known_speaker = None  # a speaker of the newsroom's own: adding another of this name is refused
            speaker = known_speaker or speakers.add_speaker(
                self.session,
                actor=LOADER,
                name=spec["name"],
                kind=SpeakerKind(spec["kind"]),
                affiliation=affiliation,
                aliases=tuple(spec["aliases"]),
                is_sample=self.sample,
            )
            self.speakers[spec["key"]] = speaker.id

    def _timeline(self) -> list[tuple[datetime, str, dict[str, object]]]:
        """Every step of every claim with its moment, oldest first; the steps of one claim keep their order."""
        steps: list[tuple[datetime, str, dict[str, object]]] = []
        for spec in self.document["claims"]:
            story = [{"create": True, "by": spec.get("created_by"), "days_ago": spec.get("created_days_ago", 0)}]
            story += spec.get("story") or [{"move": "track", "days_ago": 0}]
            for minute, step in enumerate(story):
                steps.append((self._moment(step["days_ago"], minute), spec["key"], {**step, "claim": spec}))
        # Relations name claims that must exist; sorting is stable, and creation is a claim's first step.
        return sorted(steps, key=lambda step: step[0])

    def _moment(self, days_ago: int, minute: int) -> datetime:
        if days_ago == 0:
            return self.now
        day = self.today - timedelta(days=days_ago)
        return datetime.combine(day, time(9, minute % 60), self.zone)

    def _play(self, steps: list[tuple[datetime, str, Part]]) -> None:
        for at, key, step in steps:
            if "create" in step:
                self.claims[key] = self._create(step["claim"], at)
            else:
                verb = next(name for name in ("move", "add", "set") if name in step)
                getattr(self, f"_{verb}_{step[verb]}")(self.claims[key], step, at)

    def _actor(self, step: Part) -> Actor:
        return self.editors[step["by"]].actor if step.get("by") else LOADER

    def _create(self, spec: Part, at: datetime) -> Claim:
        language = self.article.language
        own = {f: (spec[f] or {}).get(language, "") for f in ("statement", "condition", "confirmed_if", "refuted_if")}
        owner = self.editors.get(spec.get("owner"))
        claim = editing.create(
            self.session,
            self.article,
            actor=self._actor({"by": spec.get("created_by")}),
            at=at,
            owner_id=owner.id if owner else None,
            topic_ids=tuple(self.topics[key].id for key in spec["topics"]),
            external_id=f"{self.article.external_id}/{spec['key']}",
            speaker_id=self.speakers[spec["speaker"]],
            attribution=Attribution(spec["attribution"]),
            hedge=spec["hedge"] or "",
            certainty=Certainty(spec["certainty"]),
            likelihood_low=spec["likelihood_low"],
            likelihood_high=spec["likelihood_high"],
            condition_status=ConditionStatus(spec["condition_status"]) if spec["condition_status"] else None,
            deadline_source=DeadlineSource(spec["deadline_source"]) if spec["deadline_source"] else None,
            paragraph=spec["paragraph"],
            **self._days(spec),
            **self._quote(spec),
            **own,
        )
        for other in {"en", "fr"} - {language}:
            texts = {f: (spec[f] or {}).get(other, "") for f in own}
            editing.set_translation(self.session, claim, other, texts, actor=self._actor({"by": spec.get("created_by")}), at=at)
        return claim

    def _days(self, spec: Part) -> dict[str, date | None]:
        if "made_on" in spec:
            return {name: spec[name] for name in ("made_on", "deadline_on", "review_on")}
        deadline = spec["deadline_in_days"]
        return {
            "made_on": self._ago(spec["made_days_ago"]),
            "deadline_on": None if deadline is None else self._ago(-deadline),
            "review_on": self._ago(-spec["review_in_days"]),
        }

    def _quote(self, spec: Part) -> dict[str, object]:
        if not spec.get("quote"):
            return {}
        kept = articles.latest_text(self.session, self.article.id)
        places = QuoteFinder(kept.body).find_exact(spec["quote"], spec["paragraph"]) if kept else []
        if kept is None or len(places) != 1:
            raise ValueError(f"the quote of {spec['key']}: {len(places)} places")
        return {
            "quote": spec["quote"],
            "quote_kind": QuoteKind(spec["quote_kind"]),
            "quote_language": spec["quote_language"],
            "text_number": kept.number,
            "quote_start": places[0].start,
            "quote_end": places[0].end,
        }

    # --- steps; each takes the claim, what the file has, and the moment ---

    def _move_track(self, claim: Claim, step: dict[str, object], at: datetime) -> None:
        moves.track(self.session, claim, actor=self._actor(step), version=claim.version, at=at)

    def _move_flag(self, claim: Claim, _step: dict[str, object], at: datetime) -> None:
        lifecycle.flag_batch(self.session, at.astimezone(self.zone).date(), limit=1, at=at, only=claim.id)
        self.session.refresh(claim)

    def _move_postpone(self, claim: Claim, step: Part, at: datetime) -> None:
        day = self.today + timedelta(days=step["review_in_days"])
        moves.postpone(self.session, claim, day, step["reason"], actor=self._actor(step), version=claim.version, at=at)

    def _move_propose(self, claim: Claim, step: Part, at: datetime) -> None:
        proposed = Proposed(
            outcome=Outcome(step["verdict"]),
            rationale=step["rationale"],
            reason=OutcomeReason(step["reason"]) if step.get("reason") else None,
            missing=step.get("missing") or "",
            known_on=self._ago(step["known_days_ago"]),
            occurred_from=self._ago(step.get("occurred_from_days_ago")),
            occurred_to=self._ago(step.get("occurred_to_days_ago")),
        )
        signer = step.get("requested_signer")
        verdicts.propose(
            self.session,
            claim,
            proposed,
            actor=self._actor(step),
            version=claim.version,
            at=at,
            requested_signer_id=self.editors[signer].id if signer else None,
        )

    def _move_sign(self, claim: Claim, step: dict[str, object], at: datetime) -> None:
        verdicts.sign(self.session, claim, actor=self._actor(step), version=claim.version, at=at)

    def _move_return(self, claim: Claim, step: Part, at: datetime) -> None:
        verdicts.return_(self.session, claim, step["note"], actor=self._actor(step), version=claim.version, at=at)

    def _move_reopen(self, claim: Claim, step: Part, at: datetime) -> None:
        kind = VerdictKind(step["kind"])
        moves.reopen(self.session, claim, kind, step["reason"], actor=self._actor(step), version=claim.version, at=at)

    def _move_withdraw(self, claim: Claim, step: Part, at: datetime) -> None:
        reason = WithdrawReason(step["reason"])
        moves.withdraw(self.session, claim, reason, step.get("note") or "", actor=self._actor(step), version=claim.version, at=at)

    def _add_evidence(self, claim: Claim, step: Part, at: datetime) -> None:
        evidence.add_evidence(
            self.session,
            claim,
            actor=self._actor(step),
            url=step["url"],
            archive_url=step.get("archive_url"),
            document=step.get("document"),
            title=step["title"],
            publisher=step["publisher"] or "",
            published_on=self._ago(step["published_days_ago"]),
            source_kind=SourceKind(step["source_kind"]),
            stance=Stance(step["stance"]),
            visibility=Visibility(step["visibility"]),
            locator=step["locator"] or "",
            note=step["note"] or "",
            about=EvidenceAbout(step.get("about", "claim")),
            at=at,
        )

    def _add_check(self, claim: Claim, step: Part, at: datetime) -> None:
        evidence.add_check(
            self.session,
            claim,
            actor=self._actor(step),
            where_looked=step["where"],
            queries=step["queries"] or "",
            period_from=self._ago(step["period_from_days_ago"]),
            period_to=self._ago(step["period_to_days_ago"]),
            found=step["found"],
            exhaustive=step["exhaustive"],
            at=at,
        )

    def _add_note(self, claim: Claim, step: Part, at: datetime) -> None:
        evidence.add_note(self.session, claim, step["text"], actor=self._actor(step), at=at, notify=False)

    def _add_relation(self, claim: Claim, step: Part, at: datetime) -> None:
        kind = RelationKind(step["kind"])
        evidence.relate(self.session, claim, self.claims[step["other"]].id, kind, actor=self._actor(step), at=at)

    def _set_condition_status(self, claim: Claim, step: Part, at: datetime) -> None:
        values = {"condition_status": ConditionStatus(step["value"])}
        editing.edit(self.session, claim, values, actor=self._actor(step), version=claim.version, at=at)
