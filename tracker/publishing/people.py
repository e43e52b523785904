"""Scorecards of single people: hidden from readers until a chief editor shows one, with a reason."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import ledger
from tracker.claims.enums import SpeakerKind
from tracker.claims.models import Speaker
from tracker.claims.services.common import require_chief, require_text
from tracker.errors import N_, IllegalMove, NotFound
from tracker.ledger import Actor
from tracker.ledger.models import Event
from tracker.public.score_models import PublicScorePerson

SHOWN = "scorecard.shown"
HIDDEN = "scorecard.hidden"


def is_card_shown(session: Session, speaker_id: int) -> bool:
    """Whether a chief editor shows the scorecard of this person to readers."""
    row = session.get(PublicScorePerson, speaker_id)
    return row is not None and row.is_shown


def show_card(session: Session, speaker_id: int, shown: bool, *, reason: str, actor: Actor, at: datetime | None = None) -> None:
    """Show the scorecard of a person to readers, or hide it again; `reason` stays in the history.

    Raises Forbidden for who is no chief, IllegalMove where it is so already or the entry can have none.
    """
    require_chief(actor)
    speaker = session.scalar(select(Speaker).where(Speaker.id == speaker_id).with_for_update())
    if speaker is None:
        raise NotFound()
    row = session.get(PublicScorePerson, speaker_id, populate_existing=True)
    if shown and (speaker.kind is not SpeakerKind.PERSON or speaker.merged_into_id is not None):
        raise IllegalMove(N_("Only a person whose entry is not merged into another one has a scorecard of their own."))
    if shown == (row is not None and row.is_shown):
        raise IllegalMove(N_("Readers see this scorecard already.") if shown else N_("Readers do not see this scorecard."))
    reason = require_text(reason, "reason", N_("Say why; it stays in the history."))
    session.merge(PublicScorePerson(speaker_id=speaker_id, is_shown=shown))
    session.flush()
    data = {"reason": ledger.Text(reason)}
    ledger.record(session, f"speaker:{speaker_id}", SHOWN if shown else HIDDEN, actor=actor, data=data, at=at)


def find_unrecorded(session: Session) -> Iterator[tuple[str, str]]:
    """Yield each person whose scorecard is shown or hidden otherwise than the history has it."""
    events = select(Event.subject, Event.kind).where(Event.kind.in_((SHOWN, HIDDEN))).order_by(Event.seq)
    recorded = {subject: kind == SHOWN for subject, kind in session.execute(events)}
    rows = select(PublicScorePerson.speaker_id, PublicScorePerson.is_shown)
    there = {f"speaker:{number}": shown for number, shown in session.execute(rows)}
    for name in sorted(recorded.keys() | there.keys()):
        if recorded.get(name) != there.get(name):
            yield name, f"{name}: readers see the scorecard otherwise than the history has it."
