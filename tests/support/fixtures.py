"""Fixtures for databases, and what pytest itself is told."""

import gc
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, Protocol

import pytest
from flask.globals import _cv_app
from hypothesis import HealthCheck, settings

from tests.support.cheap import compile_rules_once, hash_cheaply, keep_compiled_templates
from tests.support.databases import BACKENDS, Backend, Content, Databases, TestDatabase
from tests.support.postgres import PostgresServer
from tests.support.run import Run
from tracker.db import Database
from tracker.wiring import wire

gc.disable()  # until all tests are collected: nearly nothing of that is garbage
wire()  # as every process does
hash_cheaply()
compile_rules_once()


@pytest.fixture(autouse=True)
def _fresh_context() -> None:
    """Drop what an answer that was never read to its end left open: the next request must not find its `g`."""
    while (context := _cv_app.get(None)) is not None:
        context.pop()


RUN = pytest.StashKey[Run]()

# The same examples in every run, so that red means the change at hand. `--hypothesis-profile explore` looks further.
settings.register_profile(
    "steady", deadline=None, derandomize=True, max_examples=40, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", settings.get_profile("steady"), derandomize=False, max_examples=1000)
settings.load_profile("steady")


def pytest_configure(config: pytest.Config) -> None:
    handed_down: dict[str, Any] | None = getattr(config, "workerinput", None)
    config.stash[RUN] = Run.start() if handed_down is None else Run.of(handed_down["run"])
    keep_compiled_templates(config.stash[RUN].path / "templates")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Called by xdist for each worker, in the process that started the run."""
    node.workerinput["run"] = str(node.config.stash[RUN].path)


TESTS = Path(__file__).parents[1]
# The longest of all: begun last, one of them would keep a worker busy while the others have nothing left to do.
LONGEST = (
    "browser/test_every_page.py",
    "test_packaging.py",
    "server/test_demonstration.py",
    "scheduling/test_killed_sweep.py",
    "ledger/test_race.py",
    "chaos/test_short.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest come first; all others stay in their order."""
    places = {f"tests/{name}": place for place, name in enumerate(LONGEST)}
    missing = [name for name in LONGEST if not (TESTS / name).is_file()]
    assert not missing, f"renamed, so no longer first: {missing}"
    items.sort(key=lambda item: places.get(item.nodeid.partition("::")[0], len(places)))


def pytest_collection_finish() -> None:
    """What was imported stays. To look through all of it for garbage, again and again, took a sixth of the time of most tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)
    gc.enable()


def pytest_unconfigure(config: pytest.Config) -> None:
    if RUN in config.stash:
        config.stash[RUN].end()


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest, worker_id: str) -> Generator[Databases]:
    """Where all databases of this worker come from."""
    made = Databases(request.config.stash[RUN], worker_id)
    yield made
    made.close()


@pytest.fixture(scope="session")
def postgres_server(databases: Databases) -> PostgresServer:
    """The PostgreSQL server of the run."""
    return databases.server


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> Backend:
    """The name of each database system in turn."""
    name: Backend = request.param
    return name


@pytest.fixture
def new_database(databases: Databases) -> Generator[Callable[..., TestDatabase]]:
    """`new_database("postgresql")` or `new_database("sqlite", migrated=False)`: as many as a test needs."""
    made: list[TestDatabase] = []

    def make(backend: Backend, *, migrated: bool = True, revision: str = "", content: Content | None = None) -> TestDatabase:
        made.append(databases.create(backend, migrated=migrated, revision=revision, content=content))
        return made[-1]

    yield make
    for each in made:
        each.remove()


class DatabaseFactory(Protocol):
    """What `database_factory` gives."""

    def __call__(self, backend: Backend = ..., *, migrated: bool = ..., revision: str = ...) -> Database: ...


@pytest.fixture
def database_factory(new_database: Callable[..., TestDatabase]) -> DatabaseFactory:
    """`database_factory("sqlite")`: a `Database` on a fresh database, disposed of after the test."""

    def make(backend: Backend = "sqlite", *, migrated: bool = True, revision: str = "") -> Database:
        return new_database(backend, migrated=migrated, revision=revision).open()

    return make


@pytest.fixture
def database_content() -> Content | None:
    """What the test's own database holds from the start: nothing, unless a package of tests says otherwise."""
    return None


@pytest.fixture
def own_database(backend: Backend, new_database: Callable[..., TestDatabase], database_content: Content | None) -> TestDatabase:
    """The test's own migrated database, on both systems in turn; `database` and `database_url` are this one."""
    return new_database(backend, content=database_content)


@pytest.fixture
def database_url(own_database: TestDatabase) -> str:
    """The address of the test's own database."""
    return own_database.url


@pytest.fixture
def database(own_database: TestDatabase) -> Database:
    """A fresh, migrated, otherwise empty database, on both systems in turn."""
    return own_database.open()


@pytest.fixture
def sqlite_database(database_factory: DatabaseFactory) -> Database:
    """A fresh, migrated SQLite database."""
    return database_factory("sqlite")


@pytest.fixture
def postgres_database(database_factory: DatabaseFactory) -> Database:
    """A fresh, migrated PostgreSQL database."""
    return database_factory("postgresql")


@pytest.fixture
def empty_database_url(backend: Backend, new_database: Callable[..., TestDatabase]) -> str:
    """The address of a database with no tables, on both systems in turn."""
    return new_database(backend, migrated=False).url
