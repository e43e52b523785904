"""What the scheduler does for imports: the steps of large files, and forgetting files that nobody came back to."""

from collections.abc import Callable

from tracker.db import Database
from tracker.imports import job_store, steps


def work(database: Database, stopping: Callable[[], bool]) -> dict[str, object]:
    """Do what imports wait for, oldest first. Safe to run late, twice, or in parallel: each step is done once."""
    done: list[int] = []
    while not stopping():
        with database.reading() as session:
            job_id = job_store.next_waiting_job(session, done)
        if job_id is None:
            break
        done.append(job_id)
        steps.advance_job(database, job_id, stopping=stopping)
    return {"steps": len(done)}


def tidy(database: Database, _stopping: Callable[[], bool]) -> dict[str, object]:
    """Forget old files and, in the end, what became of them."""
    with database.writing() as session:
        return {"forgotten": job_store.delete_expired_jobs(session)}
