"""What can be asked of the record."""

from tracker.audit.log import Filters
from tracker.ledger.descriptors import list_groups
from tracker.ledger.rows import split
from tracker.web import i18n
from tracker.web.forms import AreaField, ChoiceField, ChoicesField, DayField, Form, TextField
from tracker.web.forms import lazy_gettext as _l


class SubjectField(TextField):
    """What the events are of: a name such as "article:12", or the bare number of a claim."""

    def read(self, values: list[object]) -> None:
        super().read(values)
        given = self.data.replace(" ", "").lower()
        name = given if ":" in given or not given else f"claim:{given.lstrip('#')}"
        if name and split(name) is None:
            raise ValueError(i18n.gettext("Give the number of a claim, or a name such as article:12."))
        self.data = name

    def _value(self) -> str:
        return self.typed() if self.raw_data else str(self.data or "").removeprefix("claim:")


class LogForm(Form):
    """What to narrow the newsroom's log down to."""

    group = ChoiceField(_l("What"), blank=_l("All entries"))
    editor = ChoiceField(_l("Who"), blank=_l("All editors"))
    day_from = DayField(_l("From"), prefer="past")
    day_to = DayField(_l("Until"), prefer="past")
    subject = SubjectField(_l("Claim number"), max_length=64)

    def offer(self, editors: list[tuple[int, str]]) -> None:
        """Say what can be chosen."""
        self.group.set_choices((each.key, i18n.gettext(each.label)) for each in list_groups())
        self.editor.set_choices(editors)

    @property
    def filters(self) -> Filters:
        """What was asked for."""
        return Filters(
            group=self.group.data or "",
            editor_id=self.editor.data,
            day_from=self.day_from.data,
            day_to=self.day_to.data,
            subject=self.subject.data,
        )


class FindForm(Form):
    """Whose history to look through, and for what."""

    words = TextField(_l("Words to find"), required=True, max_length=500, verbatim=True, hint=_l("Capitals make no difference."))
    subject = SubjectField(
        _l("Claim number"), max_length=64, hint=_l("Or a name such as article:12. Leave empty to search the whole newsroom.")
    )


class EraseForm(Form):
    """Which of the texts that were found to erase, and why."""

    places = ChoicesField(_l("Text to erase"), required=True)
    reason = AreaField(
        _l("Reason"), required=True, max_length=2_000, hint=_l("It is kept in the history. Do not repeat the words.")
    )
