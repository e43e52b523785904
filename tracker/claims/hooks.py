"""Hooks of claims, called inside the transaction of the change. Imports call none of them: they bring in what is past."""

from typing import Final

from sqlalchemy.orm import Session

from tracker.claims.models import Note
from tracker.hooks import Hook

on_note_added: Final[Hook[[Session, Note]]] = Hook()
