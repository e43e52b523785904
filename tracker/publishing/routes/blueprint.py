"""The blueprint of the newsroom's pages about publication."""

from flask import Blueprint

from tracker.public.site import LANGUAGES
from tracker.web import i18n

bp = Blueprint("publishing", __name__)


def readers_language() -> str:
    """The language of readers' pages to which the desk's pages lead: the editor's own, or English."""
    own = i18n.language()
    return own if own in LANGUAGES else LANGUAGES[0]
