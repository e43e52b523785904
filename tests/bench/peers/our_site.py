"""The tracker itself on the day of the benchmark's newsrooms: `gunicorn tests.bench.peers.our_site:app`."""

import os

from tracker.server.server import collection_paused

with collection_paused():  # as `tracker serve` does it
    from tests.bench.desk import NOW
    from tracker import clock
    from tracker.app import create_app
    from tracker.config import Settings

    clock.now = lambda: NOW
    app = create_app(Settings.from_env(os.environ))
