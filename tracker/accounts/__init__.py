"""The people of the newsroom, how they sign in, and the newsroom's settings."""

from tracker.on_demand import left_out

# Flask-Security imports these for what is not used here, its own OAuth and sealed TOTP keys. They cost a worker 20 MB.
with left_out("authlib.integrations.flask_client", "cryptography"):
    import flask_security  # noqa: F401
