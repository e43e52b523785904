"""The table of resources, from which routes, answers, OpenAPI and the page about the API are drawn."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from sqlalchemy import and_, bindparam, case, exists, select
from sqlalchemy.orm import Session

from tracker.articles.models import Article
from tracker.claims.enums import Decision, ProposalKind
from tracker.claims.models import Check, Claim, ClaimTopic, Evidence, Speaker, Topic, Verdict, VerdictDecision
from tracker.claims.visibility import is_not_held, is_only_implied, names_speaker
from tracker.errors import N_
from tracker.exports import claims, gathered, verdicts
from tracker.exports.query import Filters, Gathered, Pick, add_topics
from tracker.sql import AnySelect

# Columns of a row that name a speaker: null for one whom the article only implies, without the scope read:desk.
SPEAKER_COLUMNS: Final = ("speaker_id", "speaker", "speaker_kind", "speaker_affiliation")


@dataclass(frozen=True)
class Reader:
    """For whom rows are read. `desk`: with internal evidence and implied speakers. `sample`: with the sample article."""

    desk: bool
    sample: bool


Query = Callable[[Session, Reader, Filters], AnySelect]
Condition = Callable[[object, Reader], object]


@dataclass(frozen=True)
class Resource:
    """One list. `key` is the number that it is sorted by, ascending; the first of `columns` holds it.

    `filters`: how each parameter narrows the query. `gather` fills in columns for the rows of a page, `empty` is what those are
    where it finds nothing. `extra` columns are selected to decide what is shown, and not shown themselves. `by_time`: filters by
    a moment, with which the list is in the order of that moment and of a number, so that an index leads to each page.
    """

    name: str
    title: str
    summary: tuple[str, str]  # English, French
    columns: tuple[str, ...]
    key: Any
    query: Query
    filters: Mapping[str, Condition]
    gather: Callable[[Session, Pick], Gathered] | None = None
    empty: Mapping[str, object] = field(default_factory=dict)
    extra: tuple[str, ...] = ()
    searched: bool = False  # takes `q`
    by_time: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)


def _of_speaker(value: object, reader: Reader) -> object:
    # Without the desk's rights, asking for a speaker must not show which claims are only implied to be theirs.
    return Claim.speaker_id == value if reader.desk else and_(Claim.speaker_id == value, names_speaker())


def _with_outcome(value: object, reader: Reader) -> object:
    return Verdict.outcome == value if reader.desk else and_(Verdict.outcome == value, is_not_held())


_OF_CLAIMS: Final[dict[str, Condition]] = {
    "article": lambda value, _: Claim.article_id == value,
    "topic": lambda value, _: exists().where(ClaimTopic.claim_id == Claim.id, ClaimTopic.topic_id == value),
    "language": lambda value, _: Claim.language == value,
}
_OF_PEOPLE: Final[dict[str, Condition]] = {
    "speaker": _of_speaker,
    "owner": lambda value, _: Claim.owner_id == value,
    "verdict": _with_outcome,
}

CLAIM_COLUMNS: Final = (*(name for name in claims.COLUMNS if not name.startswith("translation_")), "version")
TRANSLATION_COLUMNS: Final = ("language", "statement", "condition", "confirmed_if", "refuted_if")
_OF_ARTICLES: Final[dict[str, Any]] = {
    "article_id": Article.id,
    "article_external_id": Article.external_id,
    "article_title": Article.title,
    "article_url": Article.url,
    "outlet": Article.outlet,
    "article_author": Article.author,
    "article_language": Article.language,
    "article_published_on": Article.published_on,
    "version": Article.version,
    "created_at": Article.created_at,
}
_OF_SPEAKERS: Final[dict[str, Any]] = {
    "speaker_id": Speaker.id,
    "speaker": Speaker.name,
    "speaker_kind": Speaker.kind,
    "speaker_affiliation": Speaker.affiliation,
    "merged_into_id": Speaker.merged_into_id,
}
_OF_TOPICS: Final[dict[str, Any]] = {
    "topic_id": Topic.id,
    "topic": Topic.key,
    "label_en": Topic.label_en,
    "label_fr": Topic.label_fr,
}
ARTICLE_COLUMNS, SPEAKER_LIST_COLUMNS, TOPIC_COLUMNS = map(tuple, (_OF_ARTICLES, _OF_SPEAKERS, _OF_TOPICS))


def _claims(session: Session, reader: Reader, filters: Filters) -> AnySelect:
    # Without a verdict there is none that could be held back.
    shown = case((Verdict.id.is_(None), True), else_=is_not_held())
    query: Any = claims.select_rows(session, filters)
    return cast(AnySelect, query.add_columns(Claim.version.label("version"), shown.label("released")))


# Made once: to make it takes longer than to run it for one claim.
TOPICS_OF_CLAIM: Final = (
    select(Topic.key)
    .join(ClaimTopic, ClaimTopic.topic_id == Topic.id)
    .where(ClaimTopic.claim_id == bindparam("number"))
    .order_by(Topic.key)
)


def _gather_topics(session: Session, pick: Pick) -> Gathered:
    found: Gathered = {}
    add_topics(session, pick, found)
    return found


def _evidence(session: Session, reader: Reader, filters: Filters) -> AnySelect:
    query = gathered.select_evidence(session, filters, internal=reader.desk)
    return query.add_columns(Evidence.visibility.label("visibility"))


def _checks(session: Session, reader: Reader, filters: Filters) -> AnySelect:
    return gathered.select_checks(session, filters, internal=reader.desk).add_columns(Check.visibility.label("visibility"))


def select_history(session: Session, reader: Reader, filters: Filters) -> AnySelect:
    """Every proposal of a claim with what became of it; without the desk's rights, what was signed and is not held back."""
    query = gathered.select_verdict_history(session, filters)
    if reader.desk:
        return query
    is_signed = and_(VerdictDecision.decision == Decision.SIGNED, Verdict.proposal_kind == ProposalKind.VERDICT)
    return query.where(is_signed, is_not_held())


def _select(sources: dict[str, Any], is_sample: Any, reader: Reader) -> AnySelect:
    query: AnySelect = select(*(column.label(name) for name, column in sources.items()))
    return query if reader.sample else query.where(is_sample.is_(False))


def _speakers(_session: Session, reader: Reader, _filters: Filters) -> AnySelect:
    query = _select(_OF_SPEAKERS, Speaker.is_sample, reader)
    return query if reader.desk else query.where(~is_only_implied())


RESOURCES: Final[Mapping[str, Resource]] = {
    resource.name: resource
    for resource in (
        Resource(
            "articles",
            N_("Articles"),
            ("Articles with claims, by number", "Les articles, par numéro"),
            ARTICLE_COLUMNS,
            Article.id,
            lambda _session, reader, _filters: _select(_OF_ARTICLES, Article.is_sample, reader),
            {
                "language": lambda value, _: Article.language == value,
                "published_from": lambda value, _: Article.published_on >= value,
                "published_to": lambda value, _: Article.published_on <= value,
            },
        ),
        Resource(
            "claims",
            N_("Claims"),
            ("Every claim with its terms, drafts included", "Toutes les prévisions, brouillons compris"),
            CLAIM_COLUMNS,
            Claim.id,
            _claims,
            {
                **_OF_CLAIMS,
                **_OF_PEOPLE,
                "status": lambda value, _: Claim.status == value,
                "due_from": lambda value, _: Claim.review_on >= value,
                "due_to": lambda value, _: Claim.review_on <= value,
                "changed_since": lambda value, _: Claim.updated_at >= value,
            },
            _gather_topics,
            {"topics": ()},
            extra=("released",),
            searched=True,
            by_time={"changed_since": (Claim.updated_at, Claim.id)},
        ),
        Resource(
            "verdicts",
            N_("Verdicts"),
            ("The latest signed verdict of each claim, by claim", "Le dernier verdict contresigné de chaque prévision"),
            verdicts.COLUMNS,
            Claim.id,
            lambda session, _reader, filters: verdicts.select_rows(session, filters),
            {**_OF_CLAIMS, **_OF_PEOPLE, "signed_since": lambda value, _: VerdictDecision.decided_at >= value},
            verdicts.gather,
            verdicts.GATHERED,
            by_time={"signed_since": (VerdictDecision.decided_at, VerdictDecision.id)},
        ),
        Resource(
            "evidence",
            N_("Evidence"),
            ("Sources for and against claims, withdrawn ones included", "Les sources, retirées comprises"),
            (*gathered.EVIDENCE_COLUMNS, "visibility"),
            Evidence.id,
            _evidence,
            {
                **_OF_CLAIMS,
                "claim": lambda value, _: Evidence.claim_id == value,
                "stance": lambda value, _: Evidence.stance == value,
            },
        ),
        Resource(
            "checks",
            N_("Checks"),
            ("Logged checks: where and when editors looked", "Les vérifications consignées"),
            (*gathered.CHECK_COLUMNS, "visibility"),
            Check.id,
            _checks,
            {**_OF_CLAIMS, "claim": lambda value, _: Check.claim_id == value},
        ),
        Resource(
            "speakers",
            N_("Speakers"),
            ("Speakers, by number", "Les auteurs des propos, par numéro"),
            SPEAKER_LIST_COLUMNS,
            Speaker.id,
            _speakers,
            {},
        ),
        Resource(
            "topics",
            N_("Topics"),
            ("Topics, by number", "Les thèmes, par numéro"),
            TOPIC_COLUMNS,
            Topic.id,
            lambda _session, reader, _filters: _select(_OF_TOPICS, Topic.is_sample, reader),
            {},
        ),
    )
}
