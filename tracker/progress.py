"""A bar on a terminal for work that takes long; nothing in a pipe, a log or a cron mail."""

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager

import click

Report = Callable[[int, int], None]


@contextmanager
def show_progress(label: str, *, hide: bool = False) -> Generator[Report | None]:
    """Yield a function that takes (done, total) of any unit and moves the bar; None where no bar is shown.

    The bar goes to standard error, so that standard output may be a file. With a total of 0 only the label is shown.
    """
    if hide or not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=1, label=label, file=sys.stderr, show_pos=True) as bar:
        bar.pos = 0

        def report(done: int, total: int) -> None:
            bar.length = max(total, done, 1)
            bar.update(done - bar.pos)

        yield report


def by_unit(report: Report | None) -> Callable[[str, int, int], None] | None:
    """A function of (unit, done, total) that moves one bar through several counts, one after the other; None for None."""
    if report is None:
        return None
    totals: dict[str, int] = {}

    def forward(unit: str, done: int, total: int) -> None:
        totals[unit] = total
        earlier = sum(count for name, count in totals.items() if name != unit)
        report(earlier + done, earlier + total)

    return forward


def ignore_progress(_done: int, _total: int) -> None:
    """A report for callers that need one and show none."""
