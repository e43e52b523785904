"""The pages of the newsroom: signing in, one's account, the newsroom's settings, and whether the tracker is well."""

from flask import Flask

from tracker.accounts.routes import account, codes, forgotten, joining, keys, people_pages, second_factor_pages, signin, welcome
from tracker.accounts.routes.blueprint import bp
from tracker.newsroom import routes as settings
from tracker.server import routes as health

__all__ = [
    "account",
    "codes",
    "forgotten",
    "health",
    "init_app",
    "joining",
    "keys",
    "people_pages",
    "second_factor_pages",
    "settings",
    "signin",
    "welcome",
]


def init_app(app: Flask) -> None:
    """Register sign-in and the newsroom's blueprints."""
    signin.init_app(app)
    app.register_blueprint(bp)
    app.register_blueprint(people_pages.bp)
    app.register_blueprint(health.bp)
    welcome.init_app(app)
    second_factor_pages.init_app(app)
