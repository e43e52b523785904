"""Writes batches of rows: finds what is here already, builds claims, and stores them in bulk."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from tracker.articles.services import LINE_MAX
from tracker.claims.enums import SpeakerKind, Status
from tracker.claims.models import Claim
from tracker.claims.services import topics
from tracker.claims.services.common import require_editor
from tracker.claims.services.editing import TRANSLATED
from tracker.errors import N_, Invalid
from tracker.imports.columns.incoming import ArticleFields, IncomingRow, Problem
from tracker.imports.columns.rows import RowReader
from tracker.imports.stats import BadRow, Differing, ImportStats
from tracker.imports.storing import lookups, stored_claims
from tracker.imports.storing.claim_builder import ClaimBuilder, compose_note
from tracker.imports.storing.lookups import ArticleRef, LookupIndex
from tracker.imports.storing.stored_claims import ExistingClaims, find_differences
from tracker.ledger import Actor
from tracker.search.name_keys import is_same_name

PREVIEWED: Final = 5
_SHOWN: Final = (
    "statement", "quote", "made_on", "deadline_on", "review_on", "likelihood_low", "likelihood_high", "certainty", "confirmed_if",
)  # fmt: skip


@dataclass(frozen=True)
class ImportContext:
    """The terms of a whole import. `article`: the one that all claims are of, if it was chosen. `source`: the file's name.

    With `dry` nothing is written; what would be created counts as created for the rows after it.
    """

    actor: Actor
    exact: bool
    dry: bool
    source: str
    language: str  # of notes
    article: ArticleRef | None = None
    own_articles: bool = False  # an article without title or date takes those of its first claim


@dataclass
class PendingRows:
    """Rows to create before the claims, keyed by temporary negative ids."""

    articles: dict[int, ArticleFields] = field(default_factory=dict)
    languages: dict[int, str] = field(default_factory=dict)
    speakers: dict[int, tuple[str, SpeakerKind, str]] = field(default_factory=dict)
    topics: dict[int, str] = field(default_factory=dict)

    def merge(self, other: "PendingRows") -> None:
        self.articles |= other.articles
        self.languages |= other.languages
        self.speakers |= other.speakers
        self.topics |= other.topics


class BatchWriter:
    """Writes the batches of one file in their order. `tally` has the counts so far."""

    def __init__(
        self,
        session: Session,
        index: LookupIndex,
        reader: RowReader,
        builder: ClaimBuilder,
        context: ImportContext,
        bad_row: BadRow,
    ) -> None:
        require_editor(context.actor)
        self.tally = ImportStats()
        self._index = index
        self._reader = reader
        self._builder = builder
        self._context = context
        self._bad_row = bad_row
        self._articles = lookups.ArticleLookup(index, session, exact=context.exact)
        self._speakers = lookups.SpeakerLookup(index, session, exact=context.exact)
        self._topics = lookups.TopicLookup(index, session, exact=context.exact)
        self._editors = lookups.OwnerLookup(session)
        self._last = 0  # the last temporary id

    def write(self, session: Session, batch: list[IncomingRow], at: datetime) -> None:
        """Write some rows and their events into the session; the caller owns the transaction."""
        pending = PendingRows()
        new = [each for incoming in self._new(session, batch) if (each := self._claim(session, incoming, pending)) is not None]
        tally = self.tally
        tally.rows += len(batch)
        tally.unplaced = self._builder.unplaced
        tally.articles += len(pending.articles)
        tally.speakers += len(pending.speakers)
        tally.topics += len(pending.topics)
        tally.created += len(new)
        tally.drafts += sum(not each.tracked for each in new)
        tally.notes += sum(bool(each.note) for each in new)
        tally.examples = self._reader.shown_examples()
        if not self._context.dry:
            self._store(session, new, pending, at)

    # --- sorting out ---

    def _new(self, session: Session, batch: list[IncomingRow]) -> Iterator[IncomingRow]:
        """Yield the rows to create; bad rows, stored ones and repeated ones are counted."""
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

    def _claim(self, session: Session, incoming: IncomingRow, pending: PendingRows) -> stored_claims.NewClaim | None:
        """Build the claim of a row; None if the row is bad, and then nothing is created for it."""
        needs = PendingRows()
        values = incoming.values
        try:
            article = self._context.article or self._articles.find(incoming.article) or self._new_article(incoming, needs)
            speaker = self._find_speaker(values, needs)
            topics = tuple(self._find_topic(label, needs) for label in values.get("topics", ()))
            owner = self._editors.find(values["owner"]) if values.get("owner") else None
            claim = self._builder.build(session, incoming, article, speaker_id=speaker, owner_id=owner)
        except Invalid as refused:
            self._refuse(incoming, refused)
            return None
        self._know(incoming)
        self.tally.add_losses(incoming)
        self._remember(needs)
        pending.merge(needs)
        self.tally.unowned += bool(values.get("owner")) and owner is None
        if len(self.tally.first) < PREVIEWED:
            self.tally.first.append(_preview(incoming, claim))
        return stored_claims.NewClaim(
            claim,
            topics,
            tracked=incoming.status is Status.OPEN,
            note=compose_note(incoming, self._context.source, self._context.language),
            translation=_translation_of(values, claim),
        )

    def _new_article(self, incoming: IncomingRow, needs: PendingRows) -> ArticleRef:
        article = incoming.article
        if self._context.own_articles:
            title = article.title or incoming.values.get("statement", "")[:LINE_MAX]
            article = replace(article, title=title, published_on=article.published_on or incoming.values.get("made_on"))
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

    def _find_speaker(self, values: dict[str, Any], needs: PendingRows) -> int | None:
        name, affiliation = values.get("speaker", ""), values.get("speaker_affiliation", "")
        if not name:
            return None
        found = self._speakers.find(name, affiliation)
        if found is not None:
            return found
        self._last -= 1
        needs.speakers[self._last] = (name, values.get("speaker_kind", SpeakerKind.PERSON), affiliation)
        return self._last

    def _find_topic(self, label: str, needs: PendingRows) -> int:
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
        for number, article in needs.articles.items():
            self._articles.add(article, _reference(number, article, needs.languages[number]))
        for number, (name, _kind, affiliation) in needs.speakers.items():
            self._speakers.add(name, affiliation, number)
        for number, label in needs.topics.items():
            self._topics.add(number, label)

    # --- storing ---

    def _store(self, session: Session, new: list[stored_claims.NewClaim], pending: PendingRows, at: datetime) -> None:
        actor = self._context.actor
        made: dict[int, int] = {}
        ids = stored_claims.add_articles(
            session, list(pending.articles.values()), list(pending.languages.values()), actor=actor, at=at
        )
        for (number, article), own in zip(pending.articles.items(), ids, strict=True):
            made[number] = own
            self._articles.replace(article, _reference(own, article, pending.languages[number]))
        ids = stored_claims.add_speakers(session, list(pending.speakers.values()), actor=actor, at=at)
        for (number, (name, _kind, _affiliation)), own in zip(pending.speakers.items(), ids, strict=True):
            made[number] = own
            self._speakers.replace(name, number, own)
        labels = [(label, label if self._context.exact else None) for label in pending.topics.values()]
        ids = stored_claims.add_topics(session, labels, actor=actor, at=at)
        for (number, label), own in zip(pending.topics.items(), ids, strict=True):
            made[number] = own
            self._topics.replace(label, own)
        for each in new:
            each.claim.article_id = made.get(each.claim.article_id, each.claim.article_id)
            if each.claim.speaker_id is not None:
                each.claim.speaker_id = made.get(each.claim.speaker_id, each.claim.speaker_id)
            each.topic_ids = tuple(made.get(topic, topic) for topic in each.topic_ids)
        stored_claims.add_claims(session, new, actor=actor, at=at)


def _reference(number: int, article: ArticleFields, language: str) -> ArticleRef:
    day = article.published_on.isoformat() if article.published_on else ""
    return ArticleRef(number, language, day, article.outlet)


def _translation_of(values: dict[str, Any], claim: Claim) -> dict[str, str] | None:
    language = values.get("translation_language")
    if not language or language == claim.language or not values.get("translation_statement"):
        return None
    return {"language": language, **{name: values.get(f"translation_{name}", "") for name in TRANSLATED}}


def _preview(incoming: IncomingRow, claim: Claim) -> dict[str, Any]:
    """Return the new claim of a row as JSON can hold it, for a preview."""
    title = incoming.article.title
    found = {name: value for name in _SHOWN if (value := getattr(claim, name)) not in (None, "")}
    found |= {"status": incoming.status, "speaker": incoming.values.get("speaker", ""), "article_title": title}
    found["topics"] = "; ".join(incoming.values.get("topics", ()))
    return {"line": incoming.line, **{name: _shown(value) for name, value in found.items() if value not in (None, "")}}


def _shown(value: object) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value if isinstance(value, int) else str(value)
