"""What the parent of all test processes imports, once."""

import gunicorn.workers.gthread  # noqa: F401
import psycopg  # noqa: F401
from sqlalchemy.orm import configure_mappers

import tests.factories  # noqa: F401
import tracker.app
import tracker.ledger.verify
import tracker.samples.seeds
import tracker.scheduler  # noqa: F401
from tracker.db import load_models

load_models()
configure_mappers()
