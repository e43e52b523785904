"""The arithmetic of rates, against the worked example and by its properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.scores.rates import (
    ArticleSums,
    BandCount,
    BandFit,
    SampleSize,
    classify_size,
    compare_with_band,
    compute_brier_range,
    compute_overdue_limits,
    compute_rate,
    compute_reference_brier,
    compute_share,
    compute_wilson_interval,
    estimate_design_effect,
)

# Six articles of the worked example: judged claims and those that came true in full, or at least partly.
IN_FULL = [(5, 4), (6, 1), (3, 3), (4, 0), (4, 2), (2, 2)]
AT_LEAST_PARTLY = [(5, 4), (6, 2), (3, 3), (4, 1), (4, 2), (2, 2)]


def near(value: float) -> object:
    return pytest.approx(value, abs=1e-4)


@pytest.mark.parametrize(
    ("pairs", "estimated", "floor", "effective", "value", "low", "high"),
    [
        (IN_FULL, 2.7, 1.6833, 8.8889, 0.5, 0.2253, 0.7747),
        (AT_LEAST_PARTLY, 1.5506, 1.6833, 14.2574, 0.5833, 0.3378, 0.7935),
        ([(3, 2), (4, 1), (2, 0), (1, 1)], 1.0971, 1.4, 7.1429, 0.4, 0.1432, 0.7268),
        ([(2, 2), (2, 0), (3, 3), (2, 0), (3, 1), (2, 2)], None, None, 6.4365, 0.5714, 0.2410, 0.8485),
        ([(12, 6)], 1.0, 3.2, 3.75, 0.5, 0.1443, 0.8557),
        ([(1, 0)] * 10, None, None, 10, 0.0, 0.0, 0.2775),
        ([(1, 1)] * 12, None, None, 12, 1.0, 0.7575, 1.0),
    ],
)
def test_rate_agrees_with_the_worked_example(pairs, estimated, floor, effective, value, low, high):
    sums = ArticleSums.from_articles(pairs)
    if estimated is not None:
        assert estimate_design_effect(sums) == (near(estimated), near(floor))
    rate = compute_rate(sums)
    assert rate is not None
    assert (rate.effective_claims, rate.value, rate.low, rate.high) == (near(effective), near(value), near(low), near(high))


def test_sums_of_the_worked_example():
    sums = ArticleSums.from_articles(IN_FULL)
    assert (sums.claims, sums.hits, sums.articles) == (24, 12, 6)
    assert (sums.claims_squared, sums.hits_squared, sums.claims_times_hits) == (106, 34, 47)


@pytest.mark.parametrize(
    ("share", "claims", "low", "high"),
    [(0.5, 24, 0.3143, 0.6857), (14 / 24, 24, 0.3883, 0.7553), (46 / 82, 82, 0.4532, 0.6633)],
)
def test_wilson_interval_agrees_with_the_worked_example(share, claims, low, high):
    assert compute_wilson_interval(share, claims) == (near(low), near(high))


def test_overdue_limits_agree_with_the_worked_example():
    assert compute_overdue_limits(24, 12, 3) == (near(12 / 27), near(15 / 27))
    assert compute_overdue_limits(0, 0, 0) is None


def test_brier_range_agrees_with_the_worked_example():
    assert compute_brier_range([BandCount(0.55, 0.75, claims=10, hits=4)]) == (near(0.2065), near(0.4185))
    assert compute_reference_brier(10, 4) == near(0.24)
    assert compute_brier_range([]) is None
    assert compute_reference_brier(0, 0) is None


@pytest.mark.parametrize(
    ("pairs", "low", "high", "fit", "size"),
    [
        ([(3, 2), (4, 1), (2, 0), (1, 1)], 0.55, 0.75, BandFit.FITS, SampleSize.TOO_FEW),
        ([(2, 2), (2, 0), (3, 3), (2, 0), (3, 1), (2, 2)], 0.9, 1.0, BandFit.LESS_OFTEN, SampleSize.SMALL),
        ([(1, 1)] * 12, 0.1, 0.3, BandFit.MORE_OFTEN, SampleSize.SMALL),
        ([(1, 1)] * 9, 0.1, 0.3, BandFit.TOO_FEW, SampleSize.TOO_FEW),
    ],
)
def test_rate_is_compared_with_the_stated_band(pairs, low, high, fit, size):
    rate = compute_rate(ArticleSums.from_articles(pairs))
    assert rate is not None
    assert compare_with_band(rate, low, high) is fit
    assert rate.size is size


@pytest.mark.parametrize(
    ("claims", "articles", "size"),
    [
        (0, 0, SampleSize.NONE),
        (9, 9, SampleSize.TOO_FEW),
        (30, 4, SampleSize.TOO_FEW),
        (10, 5, SampleSize.SMALL),
        (24, 24, SampleSize.SMALL),
        (25, 5, SampleSize.FULL),
    ],
)
def test_sample_size_has_thresholds(claims, articles, size):
    assert classify_size(claims, articles) is size


def test_no_judged_claim_has_no_rate():
    assert compute_rate(ArticleSums.from_articles([(0, 0), (0, 0)])) is None
    assert compute_share(0, 0) is None


@pytest.mark.parametrize("pair", [(2, 3), (2, -1)])
def test_impossible_article_is_refused(pair):
    with pytest.raises(ValueError, match="hits"):
        ArticleSums.from_articles([pair])


articles = st.integers(1, 40).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))


@given(st.lists(articles, min_size=1, max_size=60))
def test_rate_lies_in_its_interval(pairs):
    rate = compute_rate(ArticleSums.from_articles(pairs))
    assert rate is not None
    assert 0 <= rate.low <= rate.value <= rate.high <= 1
    assert 0 < rate.effective_claims <= rate.claims


@given(st.lists(articles, min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_order_of_articles_changes_nothing(pairs, random):
    mixed = random.sample(pairs, len(pairs))
    assert compute_rate(ArticleSums.from_articles(mixed)) == compute_rate(ArticleSums.from_articles(pairs))


@given(st.lists(articles, min_size=2, max_size=30))
def test_every_article_twice_narrows_the_interval(pairs):
    once = compute_rate(ArticleSums.from_articles(pairs))
    twice = compute_rate(ArticleSums.from_articles(pairs * 2))
    assert once is not None
    assert twice is not None
    assert twice.high - twice.low < once.high - once.low + 1e-12


bands = st.builds(
    lambda low, width, pair: BandCount(low / 100, min(100, low + width) / 100, pair[0], pair[1]),
    st.integers(0, 100),
    st.integers(0, 100),
    articles,
)


@given(st.lists(bands, min_size=1, max_size=20))
def test_brier_range_is_ordered(counts):
    found = compute_brier_range(counts)
    assert found is not None
    assert 0 <= found[0] <= found[1] <= 1


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500))
def test_overdue_limits_hold_the_rate(misses, hits, overdue):
    limits = compute_overdue_limits(misses + hits, hits, overdue)
    if limits is not None and misses + hits:
        assert limits[0] <= hits / (misses + hits) <= limits[1]
