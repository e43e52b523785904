"""Routes of sign-in, accounts and invitations."""

from flask import Flask

from tracker.accounts.routes import (  # noqa: F401  (each adds its routes)
    account,
    desks,
    mailed_links,
    passkey_sign_in,
    passkeys,
    people,
    second_factor,
    signin,
    tokens,
    two_factor_code,
)
from tracker.accounts.routes.blueprint import bp


def init_app(app: Flask) -> None:
    """Register sign-in and the newsroom's blueprints."""
    signin.init_app(app)
    app.register_blueprint(bp)
    app.register_blueprint(people.bp)
    app.register_blueprint(desks.bp)
    second_factor.init_app(app)
