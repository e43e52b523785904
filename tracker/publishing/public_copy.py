"""Keeps the readers' tables in step with the newsroom's: what seals an event about a public article projects it again.

Projecting is idempotent and runs in the transaction that seals the events. A lock on the head row makes projecting transactions
wait for each other before they read, so that the last one sees what the others stored.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import bindparam, delete, exists, insert, select, true, update
from sqlalchemy.orm import Session

from tracker import clock
from tracker.articles.models import Article
from tracker.claims.merged_speakers import list_relatives, list_roots
from tracker.claims.models import Claim, ClaimTopic
from tracker.claims.visibility import names_speaker
from tracker.ledger.models import ChainHead
from tracker.newsroom import settings
from tracker.public import search
from tracker.public.models import Publication, PublicationState, PublicHead, PublicSearch, PublicTopic
from tracker.public.models import PublicChange as ChangeRow
from tracker.public.models import PublicClaim as ClaimRow
from tracker.publishing import projection, recounting
from tracker.sql import update_rows

# Events of these areas change something else about their subject than the others.
_AREAS: Final = {"publication": "moved", "scorecard": "card"}
# Made once and run below the mapper: a signature waits for them.
_ANY: Final = exists().where(Publication.state != PublicationState.PRIVATE)
_LOCK: Final = select(PublicHead.names_editors).where(PublicHead.id == 1, _ANY).with_for_update(of=PublicHead)
_RAISE: Final = (
    update(PublicHead.__table__)  # type: ignore[arg-type]
    .where(PublicHead.id == 1)
    .values(
        version=PublicHead.version + 1,
        changed_at=bindparam("at"),
        ledger_seq=select(ChainHead.seq).where(ChainHead.id == 1).scalar_subquery(),
        ledger_hash=select(ChainHead.hash).where(ChainHead.id == 1).scalar_subquery(),
        names_editors=bindparam("named"),
    )
)
_PUT_CONTENT_DIGEST: Final = (
    update(Publication.__table__)  # type: ignore[arg-type]
    .where(Publication.article_id == bindparam("number"), Publication.etag != bindparam("new"))
    .values(etag=bindparam("new"))
)
_PUT_CLAIM: Final = update(ClaimRow.__table__).where(ClaimRow.claim_id == bindparam("number"))  # type: ignore[arg-type]


def on_seal(session: Session, events: Iterable[tuple[str, str]]) -> None:
    """Project what a transaction changed; called with the kind and subject of every event that is about to be sealed."""
    ids: dict[str, set[int]] = defaultdict(set)
    for kind, subject in events:
        table, _, number = subject.partition(":")
        if number.isdigit():
            area = kind.partition(".")[0]
            ids[_AREAS.get(area, table)].add(int(number))
            if area == "relation":
                ids["related"].add(int(number))
            if kind == "speaker.unmerge":
                ids["unmerged"].add(int(number))
    claims = ids["claim"] | _claims_of(session, ids)
    if not claims and not any(ids[name] for name in ("article", "moved", "newsroom", "card")):
        return
    # Transactions that project wait for each other at this lock; None: nothing was ever published.
    names_editors = session.connection().execute(_LOCK).scalar()
    if names_editors is None:
        return
    is_changed = bool(ids["newsroom"])  # the newsroom's name is on every page
    if ids["newsroom"] and settings.load(session).name_editors != names_editors:
        ids["moved"] |= set(session.scalars(select(Publication.article_id)))
    session.flush()
    for article_id in sorted(ids["moved"]):
        is_changed |= project_article(session, article_id)
    for article_id in sorted(ids["article"] - ids["moved"]):
        is_changed |= _project_body(session, article_id)
    # While nothing was public, no one kept the head in step with the setting.
    known = None if ids["newsroom"] or ids["moved"] else names_editors
    is_changed |= project_claims(session, claims, name_editors=known)
    is_changed |= recounting.mark_articles_of(session, ids["related"])
    is_changed |= recounting.mark_articles_of_speakers(session, ids["card"])
    if is_changed:
        raise_version(session, names_editors=known)


def _claims_of(session: Session, ids: dict[str, set[int]]) -> set[int]:
    """The claims in public articles that speakers and topics belong to."""
    found: set[int] = set()
    if not (ids["speaker"] or ids["topic"]) or not session.connection().execute(select(_ANY)).scalar():
        return found
    is_public = exists().where(Publication.article_id == Claim.article_id, Publication.state == PublicationState.PUBLIC)
    if ids["speaker"]:
        # Who came along with a merged speaker is shown under another name now. Where an article only implies the entry that they
        # are merged into, the names of them all may not be read.
        own = Claim.speaker_id.in_(ids["speaker"] | list_relatives(session, ids["speaker"]))
        # What an entry was merged into until now is not known here.
        others = true() if ids["unmerged"] else Claim.speaker_id.in_(list_roots(session, ids["speaker"]))
        implied = others & ~names_speaker()
        found |= set(session.scalars(select(Claim.id).where(own | implied, is_public)))
    if ids["topic"]:
        of_topic = select(ClaimTopic.claim_id).where(ClaimTopic.topic_id.in_(ids["topic"]))
        found |= set(session.scalars(select(Claim.id).where(Claim.id.in_(of_topic), is_public)))
    return found


def raise_version(session: Session, *, names_editors: bool | None = None) -> None:
    """Tell lists and feeds that something public changed. `names_editors` is the setting, where the caller knows it."""
    named = settings.load(session).name_editors if names_editors is None else names_editors
    session.connection().execute(_RAISE, {"at": clock.now(), "named": named})


def project_article(session: Session, article_id: int) -> bool:
    """Project an article and all its claims; whether anything changed."""
    is_changed = _project_body(session, article_id)
    after = 0
    query = select(Claim.id).where(Claim.article_id == article_id).order_by(Claim.id).limit(projection.BATCH)
    while ids := list(session.scalars(query.where(Claim.id > after))):
        is_changed |= project_claims(session, ids, whole=True)
        after = ids[-1]
    is_changed |= _put_offline_change(session, article_id)
    _put_content_digests(session, {article_id})
    return is_changed


def _project_body(session: Session, article_id: int) -> bool:
    """Project what readers see of the article itself."""
    row = session.execute(
        select(Publication.state, Publication.body, Article)
        .join(Article, Article.id == Publication.article_id)
        .where(Publication.article_id == article_id)
    ).one_or_none()
    if row is None:
        return False
    body = projection.article_body(row.Article) if row.state in projection.SEEN else "{}"
    if body == row.body:
        return False
    update_rows(session, Publication, Publication.article_id == article_id, body=body)
    _put_content_digests(session, {article_id})
    return True


def project_claims(session: Session, claim_ids: Iterable[int], *, whole: bool = False, name_editors: bool | None = None) -> bool:
    """Project these claims; whether anything changed. Claims of articles that are not public are taken out.

    `name_editors` is the setting, where the caller knows it. `whole` compares the tables of topics and words, too, though nothing
    that they are made from changed.
    """
    wanted = sorted(set(claim_ids))
    is_changed = False
    for start in range(0, len(wanted), projection.BATCH):
        is_changed |= _project_batch(session, wanted[start : start + projection.BATCH], whole, name_editors)
    return is_changed


def _project_batch(session: Session, ids: Sequence[int], whole: bool, name_editors: bool | None) -> bool:
    computed = projection.compute(session, ids, name_editors=name_editors)
    stored = projection.stored_rows(session, ids, derived=whole)
    if not whole:
        _complete(session, computed, stored)
    touched: set[int] = set()
    appeared: set[int] = set()
    for claim_id in ids:
        new, old = computed.get(claim_id), stored.get(claim_id)
        if new == old:
            continue
        touched |= {each["claim"]["article_id"] for each in (new, old) if each is not None}
        if _is_listed(new) != _is_listed(old):
            appeared.add(claim_id)
        _replace(session, claim_id, new, old)
    if touched:
        _put_content_digests(session, touched)
    if appeared:
        recounting.mark_duplicates_of(session, appeared)
    return bool(touched)


def _is_listed(row: projection.Stored | None) -> bool:
    return row is not None and row["claim"]["state"] != projection.OFFLINE


def _complete(session: Session, computed: dict[int, projection.Stored], stored: dict[int, projection.Stored]) -> None:
    """Add topics and words to what is stored: read where the bodies differ in them, else as computed, which is the same."""
    unread = {}
    for claim_id, old in stored.items():
        new = computed.get(claim_id)
        if new is not None and projection.find_derived(new["claim"]) == projection.find_derived(old["claim"]):
            old |= {"topics": new["topics"], "search": new["search"]}
        else:
            unread[claim_id] = old
    if unread:
        projection.add_derived(session, unread)


def _replace(session: Session, claim_id: int, new: projection.Stored | None, old: projection.Stored | None) -> None:
    options = {"synchronize_session": False}
    if new is None:
        for model in (PublicTopic, PublicSearch, ChangeRow, ClaimRow):
            session.execute(delete(model).where(model.claim_id == claim_id).execution_options(**options))
        return
    if old is None:
        session.execute(insert(ClaimRow).values(**new["claim"]))
        old = {"claim": new["claim"], "topics": [], "search": "", "changes": []}
    elif new["claim"] != old["claim"]:
        values = {name: value for name, value in new["claim"].items() if name != "claim_id" and value != old["claim"][name]}
        session.connection().execute(_PUT_CLAIM, {"number": claim_id, **values})
    if new["topics"] != old["topics"]:
        session.execute(delete(PublicTopic).where(PublicTopic.claim_id == claim_id).execution_options(**options))
        if new["topics"]:
            session.execute(insert(PublicTopic), [{"topic_id": each, "claim_id": claim_id} for each in new["topics"]])
    if new["search"] != old["search"]:
        search.replace(session, claim_id, new["search"], old["search"])
    if new["changes"] != old["changes"]:
        _replace_changes(session, claim_id, new, old)


def _replace_changes(session: Session, claim_id: int, new: projection.Stored, old: projection.Stored) -> None:
    wanted, there = ({(kind, ref): (at, line) for at, kind, ref, line in each["changes"]} for each in (new, old))
    for kind, ref in there.keys() - wanted.keys():
        session.execute(delete(ChangeRow).where(ChangeRow.ref == ref, ChangeRow.kind == kind))
    rows = []
    for (kind, ref), (at, line) in wanted.items():
        if (kind, ref) not in there:
            article_id = new["claim"]["article_id"]
            rows.append({"at": at, "article_id": article_id, "claim_id": claim_id, "kind": kind, "ref": ref, "line": line})
        elif there[kind, ref] != (at, line):
            update_rows(session, ChangeRow, ChangeRow.ref == ref, ChangeRow.kind == kind, at=at, line=line)
    if rows:
        session.connection().execute(insert(ChangeRow), sorted(rows, key=lambda row: (row["at"], row["ref"])))


def _put_offline_change(session: Session, article_id: int) -> bool:
    """One entry for an article that was taken offline; none for the others."""
    row = session.execute(
        select(Publication.state, Publication.offline_at, Publication.offline_line).where(Publication.article_id == article_id)
    ).one()
    ref = f"article:{article_id}"
    there = session.execute(
        select(ChangeRow.at, ChangeRow.line).where(ChangeRow.ref == ref, ChangeRow.kind == projection.OFFLINE)
    ).one_or_none()
    wanted = (row.offline_at, row.offline_line) if row.state == PublicationState.OFFLINE else None
    if wanted == (tuple(there) if there is not None else None):
        return False
    session.execute(delete(ChangeRow).where(ChangeRow.ref == ref, ChangeRow.kind == projection.OFFLINE))
    if wanted is not None:
        session.add(ChangeRow(at=wanted[0], article_id=article_id, kind=projection.OFFLINE, ref=ref, line=wanted[1]))
        session.flush()
    return True


def _put_content_digests(session: Session, article_ids: Iterable[int]) -> None:
    for article_id in article_ids:
        digest = projection.compute_content_digest(session, article_id)
        session.connection().execute(_PUT_CONTENT_DIGEST, {"number": article_id, "new": digest})


def find_published_verdicts(session: Session, claim_ids: set[int]) -> set[int]:
    """Those of these claims whose verdict readers can see."""
    found: set[int] = set()
    wanted = sorted(claim_ids)
    for start in range(0, len(wanted), projection.BATCH):
        batch = wanted[start : start + projection.BATCH]
        found.update(
            session.scalars(select(ClaimRow.claim_id).where(ClaimRow.claim_id.in_(batch), ClaimRow.outcome.is_not(None)))
        )
    return found
