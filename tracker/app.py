"""The web application: which parts it is made of, and nothing else.

gunicorn "tracker.app:wsgi()"
"""

import importlib
import os
from datetime import timedelta
from types import ModuleType
from typing import Final
from urllib.parse import urlsplit

from flask import Flask

from tracker import logs, paths, web
from tracker.config import Settings
from tracker.db import Database, load_models
from tracker.newsroom import page_hooks
from tracker.newsroom.settings import Newsroom
from tracker.schema_state import open_database
from tracker.web import access, cookies, hosts, idempotency, mount, proxies, request_log
from tracker.web import database as request_database
from tracker.web.translated_templates import TranslatedEnvironment
from tracker.wiring import wire

# The areas with pages; each has a blueprint `bp`, or `init_app(app)` where there is more to do.
AREAS: Final = (
    "tracker.accounts.routes",
    "tracker.newsroom.routes",
    "tracker.server.routes",
    "tracker.claims.routes.queue",
    "tracker.claims.routes.bulk_actions",
    "tracker.claims.routes.saved_views",
    "tracker.claims.routes",
    "tracker.intake.routes",
    "tracker.intake.cue_routes",
    "tracker.claims.routes.speakers",
    "tracker.claims.routes.topics",
    "tracker.public.routes",
    "tracker.publishing.routes",
    "tracker.exports.routes",
    "tracker.imports.routes.steps",
    "tracker.notifications.routes",
    "tracker.feeds.routes",
    "tracker.overview.routes",
    "tracker.scores.routes",
    "tracker.notifications.settings_routes",
    "tracker.webhooks.routes",
    "tracker.maintenance.operations.routes",
    "tracker.audit.routes",
    "tracker.api.routes",
)
COOKIE_LIFE: Final = timedelta(days=60)  # of "keep me signed in"; the session's row decides


def wsgi() -> Flask:
    """The application as the environment describes it, for a WSGI server. Call it once in each worker, after the fork."""
    logs.configure()
    return create_app(Settings.from_env())


def create_app(settings: Settings, database: Database | None = None) -> Flask:
    """Put the application together. Raises SchemaError if the database is not there or not of this version."""
    load_models()
    wire()
    if database is None:
        database = open_database(settings)
        # A server may fork after this; its children must not share a connection.
        database.dispose()
        os.register_at_fork(after_in_child=database.discard_inherited_connections)
    app = Flask("tracker", static_folder=None, template_folder=str(paths.templates_dir()))
    app.jinja_environment = TranslatedEnvironment
    app.config.from_mapping(_config(settings))
    app.extensions["tracker_settings"] = settings
    app.session_interface = cookies.Cookies()
    hosts.init_app(app, urlsplit(settings.base_url).hostname if settings.base_url else None)
    request_database.init_app(app, database)
    web.init_app(app, newsroom=page_hooks.newsroom, remember=page_hooks.remember, fallback=Newsroom())
    request_log.init_app(app, access_log=settings.monitoring.access_log)
    access.init_app(app)
    idempotency.init_app(app)
    # Every module first: the pages of two packages are on one blueprint, which takes no routes once it is registered.
    for area in load_areas():
        if hasattr(area, "init_app"):
            area.init_app(app)
        else:
            app.register_blueprint(area.bp)
    access.check_declared(app)
    mount.init_app(app, _root(settings))
    proxies.init_app(app, settings.trusted_proxies)
    return app


def load_areas() -> list[ModuleType]:
    """Import the areas with pages. A server does so before its processes fork, and so once for all of them."""
    return [importlib.import_module(name) for name in AREAS]


def _root(settings: Settings) -> str:
    """The path of the configured address, without a slash at its end."""
    return urlsplit(settings.base_url or "").path.rstrip("/")


def _config(settings: Settings) -> dict[str, object]:
    secure = bool(settings.base_url and settings.base_url.startswith("https://"))
    return {
        "SECRET_KEY": settings.secret_key,
        # The name and, where a proxy alone knows of TLS, this are decided by each request: see web/cookies.py.
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": COOKIE_LIFE,
        "PREFERRED_URL_SCHEME": "https" if secure else "http",
    }
