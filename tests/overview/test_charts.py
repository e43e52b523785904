"""Drawings of the overview stay inside their frames and lose no verdict."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tracker.claims.enums import Outcome
from tracker.overview import charts
from tracker.overview.queries import Delays, Month, Upcoming

counts = st.integers(0, 100_000)
MONDAY = date(2024, 3, 18)


@given(counts, st.lists(counts, min_size=12, max_size=12))
def test_week_bars_share_one_scale(overdue, weeks):
    chart = charts.draw_weeks(Upcoming(overdue, [(MONDAY + timedelta(weeks=n), count) for n, count in enumerate(weeks)]))
    widths = [chart.overdue_width, *(bar.width for bar in chart.bars)]
    assert all(0 <= width <= 216 for width in widths)
    assert [bar.count for bar in chart.bars] == weeks


@given(st.lists(st.dictionaries(st.sampled_from(Outcome), st.integers(1, 300)), min_size=1, max_size=24))
def test_month_segments_hold_every_verdict(outcomes):
    rows = charts.draw_months([Month(MONDAY, each) for each in outcomes])
    for row, each in zip(rows, outcomes, strict=True):
        assert sum(part.count for part in row.segments) == sum(each.values())
        assert all(part.x >= 0 and part.x + part.width <= charts.WIDTH for part in row.segments)


@given(st.lists(st.integers(0, 200_000), max_size=500))
def test_delay_dots_lie_on_the_axis(days):
    chart = charts.draw_delays(Delays(sorted(days)))
    assert all(8 <= x <= 360 and 0 <= y <= 50 for x, y in chart.dots)
    assert len(chart.dots) <= len(days)
    assert bool(chart.dots) == bool(days)


@given(st.lists(counts, min_size=1, max_size=4))
def test_shares_fill_the_bar(numbers):
    parts = charts.draw_shares([(str(n), count) for n, count in enumerate(numbers)])
    assert abs(sum(part.width for part in parts) - (344 if sum(numbers) else 0)) < 1
