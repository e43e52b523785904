"""What ends with somebody's access, beside their account: whatever an area holds that acts or reads in their name.

A module named here has `leave(session, editor_id, *, actor)`, called inside the transaction that takes the access away. It ends
what is theirs (tokens of feeds, webhooks, invitations) and records it. Modules are named, not imported: the newsroom knows nobody
above it, and the command line disables editors without loading any page.
"""

import importlib
from typing import Final

from sqlalchemy.orm import Session

from tracker.ledger import Actor

AREAS: Final = ("tracker.accounts.invitations", "tracker.scheduling.leaving")


def leave(session: Session, editor_id: int, *, actor: Actor) -> None:
    """Have every area end what acts in this editor's name."""
    for area in AREAS:
        importlib.import_module(area).leave(session, editor_id, actor=actor)
