"""Import on the web: the steps of a file, and their pages."""

from flask import Flask

from tracker.imports.routes.steps import bp


def init_app(app: Flask) -> None:
    """Add imports to an application."""
    app.register_blueprint(bp)
