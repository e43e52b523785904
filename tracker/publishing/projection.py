"""What the readers' tables should hold of claims, computed from the newsroom's rows and the ledger, and what they hold now.

Both have the same form, so that `public_copy` and the verification compare them. The same rows always give the same result.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import String, bindparam, cast, exists, literal_column, select
from sqlalchemy.orm import Session

from tracker.articles.addresses import slug
from tracker.articles.models import Article
from tracker.claims import public_form
from tracker.claims.models import Claim
from tracker.claims.public_fields import find_search_texts
from tracker.claims.public_form import Forms, PublicChange, PublicClaim
from tracker.claims.public_rows import Removed
from tracker.ledger import recording
from tracker.ledger.models import Event
from tracker.newsroom import settings
from tracker.public import search
from tracker.public.models import Publication, PublicationState, PublicSearch, PublicTopic, Report, ReportState
from tracker.public.models import PublicChange as ChangeRow
from tracker.public.models import PublicClaim as ClaimRow
from tracker.public.views import ArticleView, ClaimView
from tracker.sql import AnyRow, ByNumbers

BATCH: Final = 500
_TERMS: Final = frozenset(
    {"statement", "condition", "confirmed_if", "refuted_if", "deadline_on", "deadline_source", "hedge", "certainty"}
    | {"likelihood_low", "likelihood_high", "speaker_id", "attribution", "quote", "made_on"}
)
_REDACT: Final = "history.redact"
_EDIT: Final = "claim.edit"
OFFLINE: Final = "offline"
SEEN: Final = (PublicationState.PUBLIC, PublicationState.OFFLINE)


def article_body(row: Article) -> str:
    """What readers see of an article, as JSON."""
    fields = {name: getattr(row, name) for name in ("title", "outlet", "url", "language")}
    return json.dumps({**fields, "published_on": row.published_on.isoformat()}, ensure_ascii=False, sort_keys=True)


# What is stored of one claim: {"claim": columns, "topics": ids, "search": folded words, "changes": rows}.
Stored = dict[str, Any]

_IS_READ: Final = Event.kind.in_((_EDIT, _REDACT))
# Most claims have none: they are asked for with the claim, and their statements are sent only where there are some.
_HAS_REPLIES: Final = exists().where(Report.claim_id == Claim.id, Report.state == ReportState.PUBLISHED).label("has_replies")
_HAS_EVENTS: Final = (
    exists().where(Event.subject == literal_column("'claim:'") + cast(Claim.id, String), _IS_READ).label("has_events")
)
_PUBLIC: Final = ByNumbers(
    Claim.id,
    lambda wanted: (
        select(Claim.id, Publication.article_id, Publication.state, Publication.published_at, _HAS_REPLIES, _HAS_EVENTS)
        .join(Publication, Publication.article_id == Claim.article_id)
        .where(wanted, Publication.state.in_(SEEN))
    ),
)
_CLAIM_COLUMNS: Final = tuple(ClaimRow.__table__.columns.keys())
_STORED_ROWS: Final = ByNumbers(
    ClaimRow.claim_id,
    lambda wanted: (
        select(*ClaimRow.__table__.c, ChangeRow.at, ChangeRow.kind, ChangeRow.ref, ChangeRow.line)
        .outerjoin(ChangeRow, ChangeRow.claim_id == ClaimRow.claim_id)
        .where(wanted)
    ),
)
_TOPIC_ROWS: Final = ByNumbers(
    PublicTopic.claim_id,
    lambda wanted: select(PublicTopic.claim_id, PublicTopic.topic_id).where(wanted).order_by(PublicTopic.topic_id),
)
_SEARCH_ROWS: Final = ByNumbers(
    PublicSearch.claim_id, lambda wanted: select(PublicSearch.claim_id, PublicSearch.folded).where(wanted)
)
_REPLIES: Final = ByNumbers(
    Report.claim_id,
    lambda wanted: (
        select(Report.id, Report.claim_id, Report.name, Report.body, Report.language, Report.published_at)
        .where(wanted, Report.state == ReportState.PUBLISHED)
        .order_by(Report.claim_id, Report.id)
    ),
)
_EVENTS: Final = (
    select(Event.at, Event.kind, Event.subject, Event.canonical)
    .where(Event.subject.in_(bindparam("subjects", expanding=True)), _IS_READ)
    .order_by(Event.seq)
)
_DIGESTS: Final = (
    select(Publication.state, Publication.slug, Publication.body, Publication.noindex, ClaimRow.etag)
    .outerjoin(ClaimRow, ClaimRow.article_id == Publication.article_id)
    .where(Publication.article_id == bindparam("number"))
    .order_by(ClaimRow.position, ClaimRow.claim_id)
)


def compute(session: Session, ids: Sequence[int], *, name_editors: bool | None = None) -> dict[int, Stored]:
    """What the readers' tables should hold of these claims, from the newsroom's rows; nothing for those that are not public.

    `name_editors` is the newsroom's setting, where the caller knows it.
    """
    session.flush()
    found = _PUBLIC.run(session, ids).all()
    if not found:
        return {}
    since = {row.article_id: row.published_at for row in found}
    offline = {row.id for row in found if row.state == PublicationState.OFFLINE}
    wanted = [row.id for row in found]
    removed, terms = _read_ledger(session, wanted, [row.id for row in found if row.has_events])
    if name_editors is None:
        name_editors = settings.load(session).name_editors
    forms = public_form.load(session, wanted, public_since=since, name_editors=name_editors, removed=removed)
    replies = _replies(session, [row.id for row in found if row.has_replies])
    computed: dict[int, Stored] = {}
    for claim_id, form in forms.claims.items():
        if claim_id in offline:
            computed[claim_id] = _offline(form)
            continue
        changes = [*form.changes]
        changes += [
            PublicChange(at, "terms", f"terms:{claim_id}:{at.isoformat()}")
            for at in terms.get(claim_id, ())
            if at > since[form.article_id]
        ]
        changes += [PublicChange(reply.published_at, "reply", f"report:{reply.id}") for reply in replies.get(claim_id, ())]
        computed[claim_id] = _stored(form, changes, replies.get(claim_id, ()))
    return computed


def _stored(form: PublicClaim, changes: Sequence[PublicChange], replies: Sequence[Any]) -> Stored:
    body = {
        **form.body,
        "replies": [
            {"id": each.id, "name": each.name, "body": each.body, "language": each.language, "at": _moment(each.published_at)}
            for each in replies
        ],
    }
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return {
        "claim": {
            "claim_id": form.claim_id,
            "article_id": form.article_id,
            "position": form.position,
            "speaker_id": form.speaker_id,
            "state": form.state,
            "outcome": form.outcome,
            "changed_at": max([form.changed_at, *(change.at for change in changes)]),
            "body": text,
            "etag": hashlib.sha256(text.encode()).hexdigest()[:16],
        },
        "topics": sorted(form.topics),
        "search": search.fold_texts(form.search),
        "changes": sorted((change.at, change.kind, change.ref, change.line) for change in changes),
    }


def find_derived(claim: dict[str, Any]) -> tuple[object, ...]:
    """What the topics and the words of a public claim are made from, given its columns; equal for two of which both are equal."""
    body = json.loads(claim["body"])
    return (claim["state"] == OFFLINE, *((body["topics"], find_search_texts(body)) if body else ()))


def _offline(form: PublicClaim) -> Stored:
    """The address of a claim that was taken offline, and nothing else."""
    return {
        "claim": {
            "claim_id": form.claim_id,
            "article_id": form.article_id,
            "position": form.position,
            "speaker_id": None,
            "state": OFFLINE,
            "outcome": None,
            "changed_at": form.changed_at,
            "body": "{}",
            "etag": OFFLINE,
        },
        "topics": [],
        "search": "",
        "changes": [],
    }


def stored_rows(session: Session, ids: Sequence[int], *, derived: bool = True) -> dict[int, Stored]:
    """What the readers' tables hold of these claims, in the form of `compute`; without `derived`, "claim" and "changes" alone."""
    found: dict[int, Stored] = {}
    for row in _STORED_ROWS.run(session, ids):
        *claim, at, kind, ref, line = row
        stored = found.setdefault(row.claim_id, {"claim": dict(zip(_CLAIM_COLUMNS, claim, strict=True)), "changes": []})
        if kind is not None:
            stored["changes"].append((at, kind, ref, line))
    for each in found.values():
        each["changes"].sort()
    return add_derived(session, found) if derived else found


def add_derived(session: Session, found: dict[int, Stored]) -> dict[int, Stored]:
    """Add what the tables of topics and words hold of these claims."""
    for each in found.values():
        each |= {"topics": [], "search": ""}
    for claim_id, topic_id in _TOPIC_ROWS.run(session, list(found)):
        found[claim_id]["topics"].append(topic_id)
    for claim_id, folded in _SEARCH_ROWS.run(session, list(found)):
        found[claim_id]["search"] = folded
    return found


def _replies(session: Session, ids: Sequence[int]) -> dict[int, list[AnyRow]]:
    found = defaultdict(list)
    for row in _REPLIES.run(session, ids) if ids else ():
        found[row.claim_id].append(row)
    return found


def _read_ledger(session: Session, ids: Sequence[int], with_events: Sequence[int]) -> tuple[Removed, dict[int, list[datetime]]]:
    """Which texts were erased and on which day, and when the terms of each claim were changed, waiting events included.

    `with_events`: those of the claims of which the ledger has such events.
    """
    removed: dict[tuple[str, str], date] = {}
    terms: dict[int, list[datetime]] = defaultdict(list)
    names = {f"claim:{number}" for number in ids}
    asked = {"subjects": sorted(f"claim:{number}" for number in with_events)}
    rows = session.connection().execute(_EVENTS, asked) if with_events else ()
    sealed = [(row.at, row.kind, row.subject, json.loads(row.canonical)["data"]) for row in rows]
    waiting = [(each.at, each.kind, each.subject, each.data) for each in recording.pending(session) if each.subject in names]
    for at, kind, subject, data in [*sealed, *waiting]:
        if kind == _EDIT and _TERMS & (data.get("set") or {}).keys():
            terms[int(subject.partition(":")[2])].append(at)
        elif kind == _REDACT:
            zone = settings.load(session).zone
            for field in data.get("fields") or ():
                row, name = _erased_place(field)
                if row:
                    removed[row, name] = at.astimezone(zone).date()
    return removed, terms


def _erased_place(path: str) -> tuple[str, str]:
    """The row and field of a text in an event, by its path: "also.verdict:7.set.rationale"; ("", "") where no such row."""
    parts = path.split(".")
    if parts[0] == "also" and len(parts) == 4:
        return parts[1], parts[3]
    return "", ""


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def compute_content_digest(session: Session, article_id: int) -> str:
    """The digest of what readers see of an article, "" if nothing: it changes with the article and with each of its claims."""
    rows = session.connection().execute(_DIGESTS, {"number": article_id}).all()
    if not rows or rows[0].state != PublicationState.PUBLIC:
        return ""
    digest = hashlib.sha256(f"{rows[0].slug}\n{rows[0].noindex}\n{rows[0].body}\n".encode())
    digest.update("\n".join(row.etag or "" for row in rows).encode())
    return digest.hexdigest()[:16]


def article_view(article: Article, row: Publication | None) -> ArticleView:
    """The article as readers see it; under the address that it would get where it has none."""
    own = row.slug if row is not None and row.published_at is not None else slug(article.title)
    noindex = row.noindex if row is not None else False
    return ArticleView(article.id, own, noindex, "", json.loads(article_body(article)))


def claim_views(forms: Forms, article: ArticleView, language: str) -> list[ClaimView]:
    """The claims in reading order."""
    found = sorted(forms.claims.values(), key=lambda form: (form.position, form.claim_id))
    return [
        ClaimView(form.claim_id, form.state, form.changed_at, json.dumps({**form.body, "replies": []}), language, article)
        for form in found
    ]
