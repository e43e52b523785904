"""Pages from an article to its claims: adding it, and sorting what was found in it."""

from flask import Flask

from tracker.claims.routes import articles as article_pages
from tracker.intake.routes import adding, reading, sorting

__all__ = ["adding", "init_app", "reading", "sorting"]


def init_app(app: Flask) -> None:
    """Add articles with all their pages, and the pages that add and sort them, to an application."""
    article_pages.init_app(app)
