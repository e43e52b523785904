"""The forms of an import: sending a file, saying what its columns are, running it."""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, Final

import wtforms

from tracker.claims.labels import LANGUAGES, label, language_name
from tracker.claims.words import DeadlineSource, QuoteKind, Status
from tracker.errors import Invalid
from tracker.imports import analysis
from tracker.imports.analysis import Column, Facts
from tracker.imports.describing import DELIMITERS
from tracker.imports.fields import FIELDS
from tracker.imports.plan import DAYS_MOST, Plan
from tracker.imports.reading import ENCODINGS, About, Choices
from tracker.web import speech
from tracker.web.forms import (
    AreaField,
    CheckField,
    ChoiceField,
    DayField,
    Form,
    IntegerField,
    RadioField,
    TextField,
    TokenField,
    UrlField,
)
from tracker.web.forms import lazy_gettext as _l
from tracker.web.forms.base import Field

PASTED_MAX: Final = 2_000_000  # characters; more comes as a file
NEW: Final = 0  # of the list of articles: one that is named below, or in the columns


class FileField(Field):
    """A file; `data` is what the framework gives for one, None where none was chosen."""

    kind: ClassVar[str] = "file"

    def read(self, values: list[Any]) -> None:
        found = values[0] if values else None
        self.data = found if getattr(found, "filename", "") else None

    def _value(self) -> str:
        return ""


class PastedField(AreaField):
    """Rows as they were pasted: nothing is cleaned away before they are read as a table."""

    longest = PASTED_MAX

    def read(self, values: list[Any]) -> None:
        self.data = str(values[0]) if values else ""


class SendForm(Form):
    """A file, or rows pasted from a spreadsheet."""

    file = FileField(_l("File"), hint=_l("CSV, XLSX or JSON Lines, with the names of the columns in the first row; up to 50 MB."))
    pasted = PastedField(_l("Or paste rows from a spreadsheet"), hint=_l("With the row of column names."))
    form_token = TokenField()

    def validate_pasted(self, field: PastedField) -> None:
        """One of both is wanted, and not both."""
        if bool(self.file.data) == bool(field.data.strip()):
            raise wtforms.ValidationError(speech.gettext("Choose a file, or paste rows."))


class ReadingForm(Form):
    """How to read the file, where it was not found out rightly."""

    encoding = ChoiceField(_l("Encoding"), tuple(ENCODINGS.items()), blank=_l("Find out"))
    delimiter = ChoiceField(
        _l("Between cells"), lambda: [(sign, speech.gettext(name)) for sign, name in DELIMITERS.items()], blank=_l("Find out")
    )
    sheet = ChoiceField(_l("Sheet"), blank=_l("The first with rows"))
    form_token = TokenField()

    def choices(self) -> Choices:
        """What was chosen."""
        return Choices(self.encoding.data, self.delimiter.data, self.sheet.data)

    def fit(self, about: About) -> None:
        """Leave what this kind of file does not have."""
        self.sheet.set_choices((name, name) for name in about.sheets)
        if not about.encoding:
            del self.encoding
        if not about.delimiter:
            del self.delimiter
        if len(about.sheets) < 2:
            del self.sheet


class ColumnForm(Form):
    """What one column is."""

    target = ChoiceField(_l("Column"), lambda: [(key, speech.gettext(field.label)) for key, field in FIELDS.items()], blank="–")
    order = RadioField(
        _l("Dates such as 3/4/2024"), lambda: [("day", speech.gettext("day first")), ("month", speech.gettext("month first"))]
    )
    scale = RadioField(
        _l("Numbers are"), lambda: [("percent", speech.gettext("per cent")), ("fraction", speech.gettext("from 0 to 1"))]
    )


class PlanForm(Form):
    """What holds for all rows, where a row does not say it."""

    article = ChoiceField(_l("Article"))
    article_title = TextField(_l("Headline of a new article"))
    article_published_on = DayField(_l("Published on"), prefer="past")
    outlet = TextField(_l("Outlet"))
    article_url = UrlField(_l("Link to the article"))
    language = ChoiceField(
        _l("Language"), lambda: [(code, language_name(code)) for code in LANGUAGES], blank=_l("As in the file")
    )
    status = RadioField(
        _l("Claims become"),
        lambda: [
            (Status.OPEN.value, speech.gettext("open: they come back on their review day")),
            (Status.DRAFT.value, speech.gettext("drafts, to be looked through first")),
        ],
        default=Status.OPEN.value,
        hint=_l("A status in the file goes first. Verdicts are never taken over: they arrive as private notes."),
    )
    review = RadioField(
        _l("Rows without a review day come back"),
        lambda: [
            ("deadline", speech.gettext("the day after their deadline, else after some days")),
            ("days", speech.gettext("so many days after they were said")),
            ("none", speech.gettext("not at all: such open rows are bad")),
        ],
        default="deadline",
    )
    review_days = IntegerField(_l("Days"), least=0, most=DAYS_MOST, default=365)
    owner = ChoiceField(_l("Owner"), blank=_l("Nobody"))
    deadline_source = ChoiceField(_l("Who set the deadlines"), DeadlineSource, labels=label, blank=_l("As in the file"))
    quote_kind = ChoiceField(_l("The quotes are"), QuoteKind, labels=label, blank=_l("As in the file"))
    topics = TextField(_l("Topics"), hint=_l("With semicolons between them. New ones are made."))
    save_as = TextField(_l("Keep this mapping as"), max_length=120, hint=_l("For the next file of its kind."))
    form_token = TokenField()


class RunForm(Form):
    """Whether to leave out the bad rows."""

    skip_bad = CheckField(_l("Leave the bad rows out"))
    form_token = TokenField()


_TEXTS: Final = ("article_title", "outlet", "article_url", "topics")
_CHOSEN: Final = ("language", "status", "deadline_source", "quote_kind", "owner")


class MappingForm:
    """The form of a plan for a file: one part for all rows, and one for each column."""

    def __init__(
        self, facts: Facts, plan: Plan, sent: Any, *, articles: list[tuple[int, str]], owners: list[tuple[str, str]]
    ) -> None:
        self.facts = facts
        self.main = PlanForm(sent, data=_data(plan))
        self.main.article.set_choices([(NEW, speech.gettext("From the columns, or the new one below")), *articles])
        self.main.owner.set_choices(owners)
        self.columns = [(column, self._column(number, column, plan, sent)) for number, column in enumerate(facts.columns)]

    def _column(self, number: int, column: Column, plan: Plan, sent: Any) -> ColumnForm:
        data = {
            "target": plan.columns.get(column.name),
            "order": plan.days.get(column.name),
            "scale": plan.likelihoods.get(column.name),
        }
        form = ColumnForm(sent, data=data, prefix=f"c{number}-")
        if not analysis.asks_order(column):
            del form.order
        if not analysis.asks_scale(column):
            del form.scale
        return form

    def validate(self) -> bool:
        """Whether all parts can be used."""
        return all([self.main.validate(), *(form.validate() for _column, form in self.columns)])

    def plan(self) -> Plan:
        """The plan that was sent."""
        main = self.main
        defaults = {name: str(main[name].data) for name in _CHOSEN if main[name].data}
        for name in ("deadline_source", "quote_kind"):
            if main[name].data:
                defaults[name] = main[name].data.value
        defaults |= {name: main[name].data for name in _TEXTS if main[name].data}
        if main.article_published_on.data:
            defaults["article_published_on"] = main.article_published_on.data.isoformat()
        return Plan(
            columns={column.name: form.target.data for column, form in self.columns if form.target.data},
            days=self._answers("order"),
            likelihoods=self._answers("scale"),
            defaults=defaults,
            review=main.review.data or "deadline",
            review_days=365 if main.review_days.data is None else main.review_days.data,
            article=main.article.data or None,
        )

    def _answers(self, name: str) -> Mapping[str, str]:
        return {column.name: form[name].data for column, form in self.columns if name in form and form[name].data}

    def feed(self, refused: Invalid) -> None:
        """Hang what cannot be used on the part that it names: a column, a field, or the whole."""
        text = speech.say(refused.message)
        for column, form in self.columns:
            if column.name == refused.field:
                field = next((form[name] for name in ("order", "scale") if name in form and form[name].data is None), form.target)
                field.errors = [*field.errors, text]
                return
        if refused.field is not None and refused.field in self.main:
            self.main[refused.field].errors = [*self.main[refused.field].errors, text]
        else:
            self.main.form_errors = [*self.main.form_errors, text]

    def problems(self) -> list[tuple[str, str]]:
        """What is wrong, each with where to go; those of columns with the column's name."""
        found = self.main.problems()
        for column, form in self.columns:
            for field in form:
                found += [(field.id, speech.gettext("%(field)s: %(value)s", field=column.name, value=e)) for e in field.errors]
        return found


def _data(plan: Plan) -> dict[str, Any]:
    said = dict(plan.defaults)
    data: dict[str, Any] = {name: said.get(name) for name in (*_TEXTS, *_CHOSEN)}
    data["status"] = said.get("status", Status.OPEN.value)
    data["deadline_source"] = DeadlineSource(said["deadline_source"]) if said.get("deadline_source") else None
    data["quote_kind"] = QuoteKind(said["quote_kind"]) if said.get("quote_kind") else None
    day = said.get("article_published_on")
    data["article_published_on"] = date.fromisoformat(day) if day and len(day) == 10 else None
    return data | {"article": plan.article or NEW, "review": plan.review, "review_days": plan.review_days}
