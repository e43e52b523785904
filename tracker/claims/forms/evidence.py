"""The forms for what editors gather on a claim: evidence, checks and notes."""

from typing import Any

from tracker.claims.enums import EvidenceAbout, SourceKind, Stance, Visibility
from tracker.claims.forms.common import LINE_MAX, TEXT_MAX, ClaimWork
from tracker.claims.labels import label
from tracker.web.forms import AreaField, CheckField, ChoiceField, DayField, RadioField, TextField, UrlField, VersionField
from tracker.web.forms import lazy_gettext as _l


class EvidenceForm(ClaimWork):
    """A source that bears on the claim, or on its condition."""

    url = UrlField(_l("Address of the source"))
    archive_url = UrlField(
        _l("Address of an archived copy"),
        hint=_l("From a web archive, so that the source can still be read when its page is gone."),
    )
    document = TextField(
        _l("Document, if there is no address"), max_length=LINE_MAX, hint=_l("Say also where it can be consulted.")
    )
    title = TextField(_l("Title"), required=True, max_length=LINE_MAX, hint=_l("What it shows, in a few words."))
    stance = RadioField(_l("For or against"), Stance, labels=label, required=True)
    about = RadioField(_l("It is about"), EvidenceAbout, labels=label, default=EvidenceAbout.CLAIM)
    publisher = TextField(_l("Publisher"), max_length=LINE_MAX)
    published_on = DayField(_l("Published on"), prefer="past")
    locator = TextField(_l("Where in the source"), max_length=LINE_MAX, hint=_l("Page, minute, paragraph."))
    source_kind = ChoiceField(_l("Kind of source"), SourceKind, labels=label, default=SourceKind.OTHER)
    visibility = RadioField(_l("Who may see it"), Visibility, labels=label, default=Visibility.PUBLIC)
    note = AreaField(_l("What it says, and what it does not"), max_length=TEXT_MAX)

    def values(self) -> dict[str, Any]:
        """The fields by the names that the services have for them."""
        names = (
            "title",
            "stance",
            "url",
            "archive_url",
            "document",
            "publisher",
            "published_on",
            "locator",
            "source_kind",
            "visibility",
            "note",
        )
        return {**{name: self[name].data for name in names}, "about": self.about.data or EvidenceAbout.CLAIM}


class EditEvidenceForm(EvidenceForm):
    """A correction of a source, made from the version that was read."""

    version = VersionField()


class WithdrawEvidenceForm(ClaimWork):
    """Evidence that no longer counts; it stays in sight as withdrawn."""

    reason = AreaField(_l("Why it no longer counts"), required=True, max_length=TEXT_MAX)


class CheckForm(ClaimWork):
    """One check: where an editor looked and what was found."""

    where_looked = AreaField(_l("Where you checked"), required=True, max_length=TEXT_MAX)
    queries = AreaField(_l("Search terms"), max_length=TEXT_MAX)
    found = AreaField(
        _l("What you found"), required=True, max_length=TEXT_MAX, hint=_l("Or that you found nothing: that counts as well.")
    )
    checked_on = DayField(_l("Checked on"), prefer="past", hint=_l("Today, if you leave it empty."))
    period_from = DayField(_l("Period checked, from"), prefer="past")
    period_to = DayField(_l("until"), prefer="past")
    exhaustive = CheckField(
        _l("I checked every place where it would appear"),
        hint=_l("After the speaker’s deadline, one exhaustive check that finds nothing is enough for “refuted”."),
    )


class NoteForm(ClaimWork):
    """Private talk on a claim."""

    body = AreaField(
        _l("Note"),
        required=True,
        max_length=TEXT_MAX,
        hint=_l("For editors only; never published or exported. Type @ and a name to notify a colleague."),
    )
