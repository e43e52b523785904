"""Cues that a chief switched off: they do not count when articles are read. One setting, each change one entry of the history."""

from typing import Final

from sqlalchemy.orm import Session

from tracker.accounts.models import Setting
from tracker.errors import N_, Invalid
from tracker.ledger import Actor
from tracker.newsroom import settings
from tracker.suggest import LANGUAGES, load_cues

EVENT: Final = "newsroom.cues"


def list_cues_off(stored: str, language: str) -> frozenset[str]:
    """The names of the cues of a language that are off, from the setting ("en:will fr:futur")."""
    pairs = (each.partition(":") for each in stored.split())
    return frozenset(name for code, _, name in pairs if code == language and name)


def switch_cue(session: Session, actor: Actor, language: str, name: str, *, is_on: bool) -> None:
    """Switch a cue on or off and record it; what is so already changes nothing. Raises Invalid for a cue there is not."""
    if language not in LANGUAGES or name not in {cue.name for cue in load_cues(language)}:
        raise Invalid(N_("There is no such cue."))
    row = session.get(Setting, "cues_off", with_for_update=True)
    off = set(str(row.value).split()) if row is not None else set()
    key = f"{language}:{name}"
    kept = off - {key} if is_on else off | {key}
    if kept != off:
        settings.change(session, actor, event=EVENT, cues_off=" ".join(sorted(kept)))
