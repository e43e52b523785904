"""What people read on scorecards, as English keys of the catalogue."""

from typing import Final

from tracker.errors import N_
from tracker.scores.cards import Grouping
from tracker.scores.rates import BandFit

FITS: Final = {
    BandFit.FITS: N_("fits what was stated"),
    BandFit.LESS_OFTEN: N_("less often than stated"),
    BandFit.MORE_OFTEN: N_("more often than stated"),
    BandFit.TOO_FEW: N_("too few to tell"),
}
GROUPINGS: Final = {
    Grouping.SPEAKER: N_("By speaker"),
    Grouping.TOPIC: N_("By topic"),
    Grouping.DESK: N_("By desk"),
    Grouping.YEAR: N_("By year"),
    Grouping.HEDGE: N_("By hedge word"),
}
GROUP_HEADS: Final = {
    Grouping.SPEAKER: N_("Speaker"),
    Grouping.TOPIC: N_("Topic"),
    Grouping.DESK: N_("Desk"),
    Grouping.YEAR: N_("Year of the prediction"),
    Grouping.HEDGE: N_("Hedge word"),
}
EMPTY_GROUPS: Final = {
    Grouping.SPEAKER: N_("No speaker has a tracked prediction yet."),
    Grouping.TOPIC: N_("No topic has a tracked prediction yet."),
    Grouping.DESK: N_("No prediction is tracked yet."),
    Grouping.YEAR: N_("No prediction is tracked yet."),
    Grouping.HEDGE: N_("No prediction with a hedge word is tracked yet."),
}
OWN_VOICE: Final = N_("The article’s own voice")
NO_DESK: Final = N_("No desk")
# Of the group that has no name.
UNNAMED: Final = {Grouping.SPEAKER: OWN_VOICE, Grouping.DESK: NO_DESK, Grouping.HEDGE: N_("no hedge word")}
