"""Drawings of scorecards stay inside their frames and say what the numbers say."""

from hypothesis import given
from hypothesis import strategies as st

from tracker.scores import plots, rates
from tracker.scores.cards import Band
from tracker.scores.rates import ArticleSums

articles = st.lists(st.integers(1, 9).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))), min_size=1, max_size=30)


@given(articles)
def test_interval_bar_lies_inside_its_axis(pairs):
    rate = rates.compute_rate(ArticleSums.from_articles(pairs))
    bar = plots.draw_interval(rate)
    assert bar is not None
    assert 4 <= bar.low <= bar.high <= plots.BAR_WIDTH - 4
    assert bar.value is None or bar.low <= bar.value <= bar.high


def test_too_few_claims_have_no_point():
    bar = plots.draw_interval(rates.compute_rate(ArticleSums.from_articles([(9, 4)])))
    assert bar is not None
    assert bar.value is None


def test_nothing_judged_has_no_bar():
    assert plots.draw_interval(None) is None


@given(articles, st.integers(0, 100), st.integers(0, 100))
def test_calibration_points_lie_inside_the_plot(pairs, one, other):
    rate = rates.compute_rate(ArticleSums.from_articles(pairs))
    assert rate is not None
    low, high = sorted((one, other))
    plot = plots.draw_calibration([Band(low, high, rate, rates.compare_with_band(rate, low / 100, high / 100))])
    [point] = plot.points
    assert plot.left <= point.left <= point.x <= point.right <= plot.right
    assert plot.top <= point.y_high <= point.y <= point.y_low <= plot.bottom
