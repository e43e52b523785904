"""What this installation keeps the keys of authenticator apps with."""

from flask import current_app

from tracker.accounts.second_factor import Keeper
from tracker.config import Settings


def keeper() -> Keeper:
    """The keeper of this application."""
    settings: Settings = current_app.extensions["tracker_settings"]
    return Keeper(settings.secret_key)
