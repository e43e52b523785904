"""Routes of the API."""

from flask import Flask

from tracker.api.etags import KnownETags
from tracker.api.rate_limit import RateLimit
from tracker.api.routes import answers, authentication, docs, reads, writes
from tracker.api.routes.authentication import LIMIT
from tracker.api.routes.blueprint import bp

reads.add_lists()
writes.add_operations()
bp.after_request(authentication.add_headers)


def init_app(app: Flask) -> None:
    """Register the routes. Programs send a token with each request, so that no other site can make a browser send one."""
    app.extensions[LIMIT] = RateLimit()
    app.extensions[reads.ETAGS] = KnownETags()
    answers.init_app(app)
    app.register_blueprint(bp)
    app.register_blueprint(docs.pages)
    app.extensions["csrf"].exempt(bp)
