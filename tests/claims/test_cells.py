"""Parts of rows that are drawn once and kept."""

import sys

from tracker.claims import cells


def test_owner_is_drawn_by_initials_with_the_name() -> None:
    assert cells.draw_owner("Nora <Quist>", "en") == '<abbr title="Nora &lt;Quist&gt;">NQ</abbr>'
    assert "no owner" in cells.draw_owner("", "en")


def test_owner_name_is_kept_by_no_cache() -> None:
    name = " ".join(["Nora", "Quist"])
    before = sys.getrefcount(name)

    assert "NQ" in cells.draw_owner(name, "en")

    assert sys.getrefcount(name) == before
