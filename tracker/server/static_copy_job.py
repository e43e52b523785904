"""The copy of the public pages that the scheduler keeps in a folder, where one is configured."""

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Final

from tracker.config import Settings, StaticCopySettings
from tracker.db import Database
from tracker.outages import explain
from tracker.public import queries
from tracker.scheduling.job_runner import Job
from tracker.server import static_copy
from tracker.web.assets import digest

JOB: Final = "static-copy"
EVERY: Final = 10  # seconds


def build_job(settings: Settings) -> Job | None:
    """The job; None where no folder is configured."""
    if settings.static_copy is None:
        return None
    return Job(JOB, every=EVERY, work=_Copying(settings, settings.static_copy).copy_if_changed)


class _Copying:
    """One configured copy. The application that draws it is made once a process, when something has changed."""

    def __init__(self, settings: Settings, target: StaticCopySettings) -> None:
        self._settings, self._target = settings, target
        self._make_app = lru_cache(maxsize=1)(partial(static_copy.make_app, settings))

    def copy_if_changed(self, database: Database, stopping: Callable[[], bool]) -> dict[str, object]:
        """Bring the folder up to date; a failure is the result under "failed", and is tried again the next time."""
        folder, base_url = self._target.folder, self._target.base_url
        with database.reading() as session:
            version = queries.load_head(session).version
        old = static_copy.read_manifest(folder)
        program = f"static/{digest()}/public.css"  # another version of the program draws other pages
        if old.version == version and old.base_url == base_url and program in old.files:
            return {"changed": 0}
        try:
            app = self._make_app(database, base_url)
            done = static_copy.publish(self._settings, database, folder, base_url, app=app, is_stopping=stopping)
        except static_copy.Interrupted:
            return {"changed": 0}
        except (OSError, static_copy.CopyError) as error:
            return {"failed": explain(error) or str(error)}
        return {"files": done.files, "changed": done.changed, "removed": done.removed}
