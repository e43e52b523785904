"""Routes of setting the newsroom up and of its settings."""

from flask import Flask

from tracker.newsroom.routes import settings, welcome  # noqa: F401  (each adds its routes)


def init_app(app: Flask) -> None:
    """Lead to the set-up page until there is an editor. The pages are on the blueprint of the accounts."""
    welcome.init_app(app)
