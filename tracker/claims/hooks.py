"""Hooks of claims, called inside the transaction of the change. Imports call none of them: they bring in what is past."""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from tracker.claims.models import Claim, Note, Verdict
from tracker.hooks import Hook

on_dispute_opened: Final[Hook[[Session, Claim, Verdict, datetime], None]] = Hook()  # a second verdict of a dispute was sent back
on_note_added: Final[Hook[[Session, Note], None]] = Hook()
