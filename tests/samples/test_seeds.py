"""Loading the sample articles."""

from datetime import date

import pytest
from sqlalchemy import func, select

from tracker.articles.models import Article
from tracker.claims.enums import Outcome, Status
from tracker.claims.models import Claim, ClaimTranslation, Evidence, Verdict
from tracker.ledger.models import Event
from tracker.samples import seeds


@pytest.fixture
def loaded(database):
    return seeds.seed(database)


def count(database, model):
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(model))


def test_the_first_article_brings_its_sixteen_predictions_unjudged(database, loaded):
    with database.reading() as session:
        claims = session.scalars(select(Claim).where(Claim.is_sample.is_(False))).all()
        evidence = session.scalar(select(func.count()).where(Evidence.claim_id.in_([c.id for c in claims])))

    assert len(claims) == 16
    assert all(claim.status == Status.OPEN and claim.signed_verdict_id is None for claim in claims)
    assert all(claim.criteria_retrospective and claim.confirmed_if and claim.refuted_if for claim in claims)
    assert {claim.made_on for claim in claims} == {date(2023, 9, 11)}
    assert evidence == 0


def test_every_claim_has_its_words_in_both_languages(database, loaded):
    assert count(database, ClaimTranslation) == count(database, Claim) == loaded.claims


def test_the_sample_shows_every_status_and_every_verdict(database, loaded):
    with database.reading() as session:
        statuses = set(session.scalars(select(Claim.status).where(Claim.is_sample)))
        outcomes = set(session.scalars(select(Verdict.outcome)))

    assert statuses == set(Status)
    assert outcomes >= set(Outcome)


def test_loading_twice_changes_nothing(database, loaded):
    before = [count(database, model) for model in (Article, Claim, Event)]

    again = seeds.seed(database)

    assert again == seeds.Loaded((), 0)
    assert [count(database, model) for model in (Article, Claim, Event)] == before


def test_a_file_that_fails_leaves_nothing_behind(database, tmp_path):
    broken = (
        (seeds.paths.seeds_dir() / "sample_article.yaml")
        .read_text(encoding="utf-8")
        .replace("stance: supports", "stance: maybe", 1)
    )
    file = tmp_path / "broken.yaml"
    file.write_text(broken, encoding="utf-8")

    with pytest.raises(seeds.SeedError, match=r"broken\.yaml"):
        seeds.seed(database, [file])

    assert [count(database, model) for model in (Article, Claim, Event)] == [0, 0, 0]


@pytest.mark.parametrize("document", ["", "- 1", "seed_version: 9", "a: [", "\x00"])
def test_what_is_no_seed_file_is_refused_in_one_line(database, tmp_path, document):
    file = tmp_path / "other.yaml"
    file.write_text(document, encoding="utf-8")

    with pytest.raises(seeds.SeedError) as refused:
        seeds.seed(database, [file])

    assert "\n" not in str(refused.value)
