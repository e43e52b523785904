"""What all pages share: languages, forms, dates, errors, headers and the shell round every page.

`init_app` is the one thing the application calls. Flask is imported inside it alone, because jobs and commands use the
Flask-free modules of this package (`dates`, `forms`, `i18n`, `formatting`) and should start without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from tracker.web.contracts import NewsroomView
    from tracker.web.page_context import LoadNewsroom, Remember


def init_app(
    app: Flask, *, fallback: NewsroomView, newsroom: LoadNewsroom | None = None, remember: Remember | None = None
) -> None:
    """Wire languages, errors, headers, limits, converters, static files and template helpers into an application.

    `newsroom` returns the newsroom's settings for this request; without it, or while the database is away, `fallback` holds.
    `remember` stores an editor's choice of language or theme; without it, only the cookie keeps it. Call this before any
    other extension: its headers must have the last word, and functions that run after a request run in reverse order.
    """
    import tracker.web.assets as assets
    import tracker.web.compression as compression
    import tracker.web.converters as converters
    import tracker.web.errors as errors
    import tracker.web.headers as headers
    import tracker.web.languages as languages
    import tracker.web.limits as limits
    import tracker.web.page_context as page_context
    import tracker.web.templating as templating

    compression.init_app(app)
    limits.init_app(app)
    headers.init_app(app)
    converters.init_app(app)
    page_context.init_app(app, newsroom=newsroom, remember=remember, fallback=fallback)
    languages.init_app(app)
    templating.init_app(app)
    errors.init_app(app)
    assets.init_app(app)
