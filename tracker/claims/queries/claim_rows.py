"""What a list shows of its claims. A list finds its ids by an index alone; everything else is fetched here for the rows shown.

Five queries, however many rows: the claims with what they point at, translations, topics, evidence, and the names of editors.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Final, NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from tracker.accounts.models import initials
from tracker.accounts.queries import editor_names
from tracker.articles.models import Article
from tracker.claims.enums import Attribution, EvidenceAbout, Outcome, ProposalKind, QuoteKind, Stance, Status
from tracker.claims.models import Claim, ClaimTopic, ClaimTranslation, Evidence, Speaker, Topic, Verdict, VerdictDecision
from tracker.claims.visibility import may_name_speaker
from tracker.sql import AnyRow, AnySelect, among_parameter, dialect_of, make_alias, read_columns


@dataclass(frozen=True)
class Person:
    """An editor's name and initials."""

    id: int
    name: str

    @property
    def initials(self) -> str:
        """Two letters for the owner column."""
        return initials(self.name)


@dataclass(frozen=True)
class Proposal:
    """What waits for a second signature."""

    kind: ProposalKind
    outcome: Outcome | None
    proposer: Person | None
    at: datetime


class ClaimRow(NamedTuple):
    """One claim in a list, ready to be drawn. `statement` is in `language`, the reader's where there is a translation.

    Up to `is_sample` its fields are the first columns of `_claims`, in their order.
    """

    id: int
    version: int
    statement: str
    language: str
    status: Status
    review_on: date | None
    article_id: int
    article_title: str
    article_language: str
    article_outlet: str
    article_published_on: date
    text_number: int | None
    paragraph: int | None
    quote: str
    quote_kind: QuoteKind | None
    quote_language: str | None
    quote_start: int | None  # code points into the text of that number
    quote_end: int | None
    attribution: Attribution
    hedge: str
    likelihood_low: int | None
    likelihood_high: int | None
    speaker_id: int | None
    speaker: str
    outcome: Outcome | None  # of the signed verdict
    signed_at: datetime | None
    is_sample: bool
    owner: Person | None
    asked: Person | None  # the editor whose signature was asked for
    proposal: Proposal | None
    topics: tuple[tuple[int, str], ...]
    evidence: dict[str, int]  # by stance, without what was withdrawn

    @property
    def under_review(self) -> bool:
        """Whether there is a signed verdict while a new one is worked on."""
        return self.outcome is not None and self.status not in (Status.RESOLVED, Status.WITHDRAWN)

    @property
    def is_implied(self) -> bool:
        """Whether the article only suggests the speaker."""
        return not may_name_speaker(self.attribution)


_COLUMNS: Final = ClaimRow._fields.index("is_sample") + 1
_MERGED = make_alias(Speaker)
_SIGNED = make_alias(Verdict)
_PROPOSED = make_alias(Verdict)


def fetch(session: Session, ids: Iterable[int], language: str, *, is_brief: bool = False) -> dict[int, ClaimRow]:
    """The rows of these claims by id, in a reader's language where they are translated. Ids without a claim are left out.

    Brief ones come without topics and without the names of editors, for lists that show neither.
    """
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return {}
    found = read_columns(session, _claims(dialect_of(session)), {"ids": wanted}).all()
    foreign = [row.id for row in found if row.language != language]
    statements = _translations(session, foreign, language)
    topics = {} if is_brief else _topics(session, wanted, language)
    evidence = _evidence(session, wanted)
    people = {} if is_brief else _people(session, found)
    return {
        row.id: _row(row, statements.get(row.id), language, topics.get(row.id, ()), evidence.get(row.id, {}), people)
        for row in found
    }


def in_order(session: Session, ids: Sequence[int], language: str) -> list[ClaimRow]:
    """The rows of these claims, in the order of the ids."""
    rows = fetch(session, ids, language)
    return [rows[id_] for id_ in ids if id_ in rows]


# Built once for each database: building a statement costs more than carrying it out for the rows of a page.
@lru_cache
def _claims(dialect: str) -> AnySelect:
    return (
        select(
            Claim.id,
            Claim.version,
            Claim.statement,
            Claim.language,
            Claim.status,
            Claim.review_on,
            Claim.article_id,
            Article.title.label("article_title"),
            Article.language.label("article_language"),
            Article.outlet.label("article_outlet"),
            Article.published_on.label("article_published_on"),
            Claim.text_number,
            Claim.paragraph,
            Claim.quote,
            Claim.quote_kind,
            Claim.quote_language,
            Claim.quote_start,
            Claim.quote_end,
            Claim.attribution,
            Claim.hedge,
            Claim.likelihood_low,
            Claim.likelihood_high,
            # Claims of a merged speaker keep their key and show the speaker merged into.
            func.coalesce(_MERGED.id, Speaker.id).label("speaker_id"),
            func.coalesce(_MERGED.name, Speaker.name, "").label("speaker"),
            _SIGNED.outcome.label("outcome"),
            VerdictDecision.decided_at.label("signed_at"),
            Claim.is_sample,
            # Here the fields of ClaimRow end.
            Claim.owner_id,
            Claim.requested_signer_id,
            _PROPOSED.id.label("proposal_id"),
            _PROPOSED.proposal_kind,
            _PROPOSED.outcome.label("proposed_outcome"),
            _PROPOSED.proposed_by_id,
            _PROPOSED.proposed_at,
        )
        .select_from(Claim)
        .join(Article, Article.id == Claim.article_id)
        .outerjoin(Speaker, Speaker.id == Claim.speaker_id)
        .outerjoin(_MERGED, _MERGED.id == Speaker.merged_into_id)
        .outerjoin(_SIGNED, _SIGNED.id == Claim.signed_verdict_id)
        .outerjoin(VerdictDecision, VerdictDecision.verdict_id == _SIGNED.id)
        .outerjoin(_PROPOSED, _PROPOSED.id == Claim.proposal_id)
        .where(among_parameter(dialect, Claim.id, "ids"))
    )


def _translations(session: Session, ids: list[int], language: str) -> dict[int, str]:
    if not ids:
        return {}
    rows = read_columns(session, _translated(dialect_of(session)), {"ids": ids, "language": language})
    return {row[0]: row[1] for row in rows}


@lru_cache
def _translated(dialect: str) -> AnySelect:
    return select(ClaimTranslation.claim_id, ClaimTranslation.statement).where(
        among_parameter(dialect, ClaimTranslation.claim_id, "ids"), ClaimTranslation.language == bindparam("language")
    )


def _topics(session: Session, ids: list[int], language: str) -> dict[int, tuple[tuple[int, str], ...]]:
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for claim_id, topic_id, text in read_columns(session, _labels(dialect_of(session), language == "fr"), {"ids": ids}):
        found[claim_id].append((topic_id, text))
    return {claim_id: tuple(topics) for claim_id, topics in found.items()}


@lru_cache
def _labels(dialect: str, is_french: bool) -> AnySelect:
    label = Topic.label_fr if is_french else Topic.label_en
    return (
        select(ClaimTopic.claim_id, Topic.id, label)
        .join(Topic, Topic.id == ClaimTopic.topic_id)
        .where(among_parameter(dialect, ClaimTopic.claim_id, "ids"))
        .order_by(label, Topic.id)
    )


def _evidence(session: Session, ids: list[int]) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for claim_id, stance, count in read_columns(session, _stances(dialect_of(session)), {"ids": ids}):
        found[claim_id][Stance(stance).value] = count
    return found


@lru_cache
def _stances(dialect: str) -> AnySelect:
    return (
        select(Evidence.claim_id, Evidence.stance, func.count())
        .where(
            among_parameter(dialect, Evidence.claim_id, "ids"),
            Evidence.about == EvidenceAbout.CLAIM,
            Evidence.withdrawn_at.is_(None),
        )
        .group_by(Evidence.claim_id, Evidence.stance)
    )


def _people(session: Session, found: Sequence[AnyRow]) -> dict[int, Person]:
    ids = (id_ for row in found for id_ in (row.owner_id, row.requested_signer_id, row.proposed_by_id))
    return {id_: Person(id_, name) for id_, name in editor_names(session, ids).items()}


def _row(
    row: AnyRow,
    translated: str | None,
    language: str,
    topics: tuple[tuple[int, str], ...],
    evidence: dict[str, int],
    people: dict[int, Person],
) -> ClaimRow:
    proposal = None
    if row.proposal_id is not None:
        proposal = Proposal(row.proposal_kind, row.proposed_outcome, people.get(row.proposed_by_id), row.proposed_at)
    written = (translated, language) if translated else row[2:4]
    owner, asked = people.get(row.owner_id), people.get(row.requested_signer_id)
    return ClaimRow._make((*row[:2], *written, *row[4:_COLUMNS], owner, asked, proposal, topics, evidence))
