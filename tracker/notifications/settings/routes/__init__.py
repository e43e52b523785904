"""The pages of the reminders' settings."""

from flask import Flask

from tracker.notifications.settings.routes import personal  # noqa: F401
from tracker.notifications.settings.routes.blueprint import bp
from tracker.webhooks import routes  # noqa: F401


def init_app(app: Flask) -> None:
    """Add the pages to an application."""
    app.register_blueprint(bp)
