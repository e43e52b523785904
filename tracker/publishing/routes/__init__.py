"""The newsroom's pages about publication: of an article, of a claim, and the reports of readers."""

from flask import Flask

from tracker.publishing.routes import articles, claims, reports  # noqa: F401  (each adds its routes)
from tracker.publishing.routes.blueprint import bp


def init_app(app: Flask) -> None:
    """Add the pages to an application."""
    app.register_blueprint(bp)
