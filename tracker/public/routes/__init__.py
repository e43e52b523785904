"""Addresses of the public side: pages, data, embeds, pictures and the report form."""

from flask import Flask

from tracker.public.routes import cards, data, embed, pages, reporting, scorecards, sitemap  # noqa: F401  (each adds its routes)
from tracker.public.routes.blueprint import bp
from tracker.public.routes.caching import read_templates


def init_app(app: Flask) -> None:
    """Add the public side to an application."""
    read_templates(app)
    app.register_blueprint(bp)
    reporting.exempt_from_sessions(app)
