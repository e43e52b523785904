"""The public sample, written once and copied for each test that asks for it."""

import pytest

from tests.public.sample import Sample, make_sample
from tests.support.databases import Content, TestDatabase

SAMPLE = Content("public", make_sample)


@pytest.fixture
def database_content(request: pytest.FixtureRequest) -> Content | None:
    return SAMPLE if "sample" in request.fixturenames else None


@pytest.fixture
def sample(own_database: TestDatabase) -> Sample:
    """An article with a claim in every state, in the test's own database."""
    known: Sample = own_database.known
    return known
