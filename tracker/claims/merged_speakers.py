"""Entries of one speaker that were merged."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.claims.models import Speaker


def list_roots(session: Session, speaker_ids: Collection[int]) -> set[int]:
    """The entries that these are merged into."""
    query = select(Speaker.merged_into_id).where(Speaker.id.in_(speaker_ids))
    return {into_id for into_id in session.scalars(query) if into_id is not None}


def list_relatives(session: Session, speaker_ids: Collection[int]) -> set[int]:
    """The entries that are merged into these, or into what these are merged into.

    An entry that was merged into another, which itself was merged later, has come along: it points at the last one alone.
    """
    targets = {*speaker_ids, *list_roots(session, speaker_ids)}
    return set(session.scalars(select(Speaker.id).where(Speaker.merged_into_id.in_(targets))))
