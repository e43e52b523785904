"""What the pages on people show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.accounts import people
from tracker.accounts.models import Editor, EditorSession
from tracker.accounts.roles import Role
from tracker.claims.models import Claim


@dataclass(frozen=True)
class Member:
    """One line of the list. `seen_at` is when they last opened a page, as far as it is remembered."""

    editor: Editor
    seen_at: datetime | None


@dataclass(frozen=True)
class Duties:
    """What somebody has in hand: claims that are theirs, and signatures asked of them."""

    claims: int
    signatures: int


def members(session: Session, *, with_sample: bool) -> list[Member]:
    """Everybody with an account, those who are active first. The sample's invented editors only where they can come in."""
    latest = select(EditorSession.editor_id, func.max(EditorSession.seen_at)).group_by(EditorSession.editor_id)
    seen = {row[0]: row[1] for row in session.execute(latest)}
    everybody = people.everybody(session)
    return [Member(editor, seen.get(editor.id)) for editor in everybody if with_sample or not editor.is_sample]


def duties(session: Session, editor_id: int) -> Duties:
    """What would be handed over."""
    claims = session.scalar(select(func.count()).select_from(Claim).where(Claim.owner_id == editor_id))
    signatures = session.scalar(select(func.count()).select_from(Claim).where(Claim.requested_signer_id == editor_id))
    return Duties(claims or 0, signatures or 0)


def heirs(session: Session, editor: Editor, *, with_sample: bool) -> Sequence[Editor]:
    """Who could take over what somebody has in hand."""
    return [
        each
        for each in people.everybody(session)
        if each.active and each.id != editor.id and Role.EDITOR in each.role_names and (with_sample or not each.is_sample)
    ]
