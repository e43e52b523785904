"""The pages of the newsroom: signing in, one's account, the newsroom's settings, and whether the tracker is well."""

from flask import Flask

from tracker.newsroom.routes import (
    account,
    codes,
    forgotten,
    health,
    joining,
    keys,
    people_pages,
    second_factor_pages,
    settings,
    signin,
    welcome,
)
from tracker.newsroom.routes.blueprint import bp

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
