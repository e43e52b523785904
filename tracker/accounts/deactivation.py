"""The hook that runs when an editor is disabled: each package ends what acts or reads in their name."""

from typing import Final

from sqlalchemy.orm import Session

from tracker.hooks import Hook
from tracker.ledger import Actor

# Called inside the transaction that takes the access away, with the editor's id and who disables them.
on_editor_disabled: Final[Hook[[Session, int, Actor]]] = Hook()
