"""A batch of rows on its way into the database: sorted out, made into claims, and written many at a time."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from tracker.claims.models import Claim
from tracker.claims.services import topics
from tracker.claims.services.common import need_editor
from tracker.claims.services.editing import TRANSLATED
from tracker.claims.words import SpeakerKind, Status
from tracker.errors import N_, Invalid
from tracker.imports import bulk_insert, lookups
from tracker.imports.claim_builder import ClaimBuilder
from tracker.imports.duplicates import ExistingClaims, find_differences
from tracker.imports.index import Index
from tracker.imports.lookups import ArticleRef
from tracker.imports.notes import compose_note
from tracker.imports.rows import ArticleFields, IncomingRow, Problem, Reader
from tracker.imports.stats import BadRow, Differing, ImportStats
from tracker.ledger import Actor
from tracker.search.name_keys import is_same_name

PREVIEWED: Final = 5
_SHOWN: Final = (
    "statement", "quote", "made_on", "deadline_on", "review_on", "likelihood_low", "likelihood_high", "certainty", "confirmed_if",
)  # fmt: skip


@dataclass(frozen=True)
class ImportContext:
    """What holds for a whole import. `article`: the one that all claims are of. `source`: what its file is called.

    With `dry` nothing is written, and what would be made counts as made for the rows after it.
    """

    actor: Actor
    exact: bool
    dry: bool
    source: str
    language: str  # of notes
    article: ArticleRef | None = None


@dataclass
class PendingRows:
    """What is needed that is not there yet, by numbers below 0."""

    articles: dict[int, ArticleFields] = field(default_factory=dict)
    languages: dict[int, str] = field(default_factory=dict)
    speakers: dict[int, tuple[str, SpeakerKind, str]] = field(default_factory=dict)
    topics: dict[int, str] = field(default_factory=dict)

    def take(self, other: "PendingRows") -> None:
        self.articles |= other.articles
        self.languages |= other.languages
        self.speakers |= other.speakers
        self.topics |= other.topics


class BatchWriter:
    """Takes the batches of one file, in their order; `tally` is what came of them so far."""

    def __init__(
        self, session: Session, index: Index, reader: Reader, maker: ClaimBuilder, terms: ImportContext, bad_row: BadRow
    ) -> None:
        need_editor(terms.actor)
        self.tally = ImportStats()
        self._index = index
        self._reader = reader
        self._maker = maker
        self._terms = terms
        self._bad_row = bad_row
        self._articles = lookups.ArticleLookup(index, session, exact=terms.exact)
        self._speakers = lookups.SpeakerLookup(index, session, exact=terms.exact)
        self._topics = lookups.TopicLookup(index, session, exact=terms.exact)
        self._editors = lookups.OwnerLookup(session)
        self._last = 0  # the last number given to something that is not there yet

    def take(self, session: Session, batch: list[IncomingRow], at: datetime) -> None:
        """Take some rows. Events are recorded in the session; the caller's transaction makes them last."""
        wanted = PendingRows()
        new = [each for incoming in self._new(session, batch) if (each := self._claim(session, incoming, wanted)) is not None]
        tally = self.tally
        tally.rows += len(batch)
        tally.unplaced = self._maker.unplaced
        tally.articles += len(wanted.articles)
        tally.speakers += len(wanted.speakers)
        tally.topics += len(wanted.topics)
        tally.created += len(new)
        tally.drafts += sum(not each.tracked for each in new)
        tally.notes += sum(bool(each.note) for each in new)
        tally.examples = self._reader.shown_examples()
        if not self._terms.dry:
            self._store(session, new, wanted, at)

    # --- sorting out ---

    def _new(self, session: Session, batch: list[IncomingRow]) -> Iterator[IncomingRow]:
        """The rows that are neither bad, nor here already, nor further up in the file; the others are counted."""
        here = ExistingClaims(session, [incoming for incoming in batch if not incoming.problems])
        for incoming in batch:
            if incoming.problems:
                self._refuse(incoming)
                continue
            before = self._index.get("row", incoming.key)
            if before is not None:
                if before[1] == incoming.digest:
                    self.tally.repeated += 1
                else:
                    self.tally.add_differing(Differing(incoming.line, None, before[0], []))
                continue
            claim = here.find(incoming)
            if claim is None:
                yield incoming
                continue
            self._know(incoming)
            if fields := find_differences(claim, incoming):
                self.tally.add_differing(Differing(incoming.line, claim.id, None, fields))
            else:
                self.tally.unchanged += 1

    def _know(self, incoming: IncomingRow) -> None:
        self._index.put("row", incoming.key, (incoming.line, incoming.digest))

    def _refuse(self, incoming: IncomingRow, refused: Invalid | None = None) -> None:
        if refused is not None:
            name = refused.field or ""
            value = str(incoming.values.get(name, ""))[:200]
            incoming.problems.append(Problem(self._reader.column_of(name), refused.message, value, name))
        self.tally.add_bad(incoming)
        self._bad_row(incoming)

    # --- making ---

    def _claim(self, session: Session, incoming: IncomingRow, wanted: PendingRows) -> bulk_insert.NewClaim | None:
        """The claim of a row; None, and counted, if the row turns out to be bad. What a bad row speaks of is not made."""
        needs = PendingRows()
        said = incoming.values
        try:
            article = self._terms.article or self._articles.find(incoming.article) or self._new_article(incoming, needs)
            speaker = self._speaker(said, needs)
            topics = tuple(self._topic(label, needs) for label in said.get("topics", ()))
            owner = self._editors.find(said["owner"]) if said.get("owner") else None
            claim = self._maker.make(session, incoming, article, speaker_id=speaker, owner_id=owner)
        except Invalid as refused:
            self._refuse(incoming, refused)
            return None
        self._know(incoming)
        self.tally.add_losses(incoming)
        self._remember(needs)
        wanted.take(needs)
        self.tally.unowned += bool(said.get("owner")) and owner is None
        if len(self.tally.first) < PREVIEWED:
            self.tally.first.append(_preview(incoming, claim))
        return bulk_insert.NewClaim(
            claim,
            topics,
            tracked=incoming.status is Status.OPEN,
            note=compose_note(incoming, self._terms.source, self._terms.language),
            translation=_translation(said, claim),
        )

    def _new_article(self, incoming: IncomingRow, needs: PendingRows) -> ArticleRef:
        article = incoming.article
        if not article.title:
            raise Invalid(N_("Give the headline of the article, which is new here."), field="article_title")
        if article.published_on is None:
            raise Invalid(N_("Say when the article was published, which is new here."), field="article_published_on")
        language = article.language or incoming.values.get("language", "")
        if not language:
            raise Invalid(N_("Say in which language the article is."), field="article_language")
        self._last -= 1
        needs.articles[self._last] = article
        needs.languages[self._last] = language
        return ArticleRef(self._last, language, article.published_on.isoformat(), article.outlet)

    def _speaker(self, said: dict[str, Any], needs: PendingRows) -> int | None:
        name, affiliation = said.get("speaker", ""), said.get("speaker_affiliation", "")
        if not name:
            return None
        found = self._speakers.find(name, affiliation)
        if found is not None:
            return found
        self._last -= 1
        needs.speakers[self._last] = (name, said.get("speaker_kind", SpeakerKind.PERSON), affiliation)
        return self._last

    def _topic(self, label: str, needs: PendingRows) -> int:
        found = self._topics.find(label)
        if found is not None:
            return found
        if not topics.make_topic_key(label):
            raise Invalid(N_("A topic needs some letters."), field="topics")
        same = next((number for number, other in needs.topics.items() if is_same_name(other, label)), None)
        if same is not None:
            return same
        self._last -= 1
        needs.topics[self._last] = label
        return self._last

    def _remember(self, needs: PendingRows) -> None:
        for number, said in needs.articles.items():
            day = said.published_on.isoformat() if said.published_on else ""
            self._articles.add(said, ArticleRef(number, needs.languages[number], day, said.outlet))
        for number, (name, _kind, affiliation) in needs.speakers.items():
            self._speakers.add(name, affiliation, number)
        for number, label in needs.topics.items():
            self._topics.add(number, label)

    # --- storing ---

    def _store(self, session: Session, new: list[bulk_insert.NewClaim], wanted: PendingRows, at: datetime) -> None:
        actor = self._terms.actor
        made: dict[int, int] = {}
        ids = bulk_insert.add_articles(
            session, list(wanted.articles.values()), list(wanted.languages.values()), actor=actor, at=at
        )
        for (number, said), own in zip(wanted.articles.items(), ids, strict=True):
            made[number] = own
            day = said.published_on.isoformat() if said.published_on else ""
            self._articles.replace(said, ArticleRef(own, wanted.languages[number], day, said.outlet))
        ids = bulk_insert.add_speakers(session, list(wanted.speakers.values()), actor=actor, at=at)
        for (number, (name, _kind, _affiliation)), own in zip(wanted.speakers.items(), ids, strict=True):
            made[number] = own
            self._speakers.replace(name, number, own)
        labels = [(label, label if self._terms.exact else None) for label in wanted.topics.values()]
        ids = bulk_insert.add_topics(session, labels, actor=actor, at=at)
        for (number, label), own in zip(wanted.topics.items(), ids, strict=True):
            made[number] = own
            self._topics.replace(label, own)
        for each in new:
            each.claim.article_id = made.get(each.claim.article_id, each.claim.article_id)
            if each.claim.speaker_id is not None:
                each.claim.speaker_id = made.get(each.claim.speaker_id, each.claim.speaker_id)
            each.topic_ids = tuple(made.get(topic, topic) for topic in each.topic_ids)
        bulk_insert.add_claims(session, new, actor=actor, at=at)


def _translation(said: dict[str, Any], claim: Claim) -> dict[str, str] | None:
    language = said.get("translation_language")
    if not language or language == claim.language or not said.get("translation_statement"):
        return None
    return {"language": language, **{name: said.get(f"translation_{name}", "") for name in TRANSLATED}}


def _preview(incoming: IncomingRow, claim: Claim) -> dict[str, Any]:
    """What the claim of a row will be, for a person to look at."""
    said = incoming.article
    found = {name: value for name in _SHOWN if (value := getattr(claim, name)) not in (None, "")}
    found |= {"status": incoming.status, "speaker": incoming.values.get("speaker", ""), "article_title": said.title}
    found["topics"] = "; ".join(incoming.values.get("topics", ()))
    return {"line": incoming.line, **{name: _shown(value) for name, value in found.items() if value not in (None, "")}}


def _shown(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value if isinstance(value, int) else str(value)
