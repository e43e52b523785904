"""The pages of the reminders' settings."""

from flask import Flask

from tracker.review.settings.routes import hooks, personal  # noqa: F401
from tracker.review.settings.routes.blueprint import bp


def init_app(app: Flask) -> None:
    """Add the pages to an application."""
    app.register_blueprint(bp)
