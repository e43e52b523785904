"""The forms of an import: upload, mapping, run."""

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import Final

import wtforms

from tracker import validation
from tracker.claims.enums import Certainty, DeadlineSource, QuoteKind, Status
from tracker.claims.labels import label
from tracker.errors import Invalid
from tracker.imports.columns import keywords, profile
from tracker.imports.columns.cells import CENTURIES
from tracker.imports.columns.fields import FIELDS
from tracker.imports.columns.mapping import DAY_ORDERS, DAYS_MOST, SCALES, SOURCE_MAX, ColumnMapping
from tracker.imports.columns.profile import Column, FileProfile
from tracker.imports.presentation import DELIMITERS, list_rules
from tracker.imports.readers import ENCODINGS, FileInfo, Kind
from tracker.web import i18n
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
from tracker.web.forms.fields import FileField

PASTED_MAX: Final = 2_000_000  # characters; more comes as a file
NEW: Final = 0  # of the list of articles: one that is named below, or in the columns


class PastedField(AreaField):
    """Rows as they were pasted: nothing is cleaned away before they are read as a table."""

    longest = PASTED_MAX

    def read(self, values: list[object]) -> None:
        self.data = str(values[0]) if values else ""


class LanguageField(TextField):
    """A language by its name in one of our languages or its own, or by its code; `data` is the code."""

    def read(self, values: list[object]) -> None:
        super().read(values)
        if self.data:
            try:
                self.data = validation.language(keywords.parse_language(self.data), self.name)
            except Invalid as refused:
                raise ValueError(i18n.translate(refused.message)) from None


class SendForm(Form):
    """A file, or rows pasted from a spreadsheet."""

    file = FileField(_l("File"), hint=_l("CSV, XLSX or JSON, with column names; up to 50 MB."))
    pasted = PastedField(_l("Or paste rows from a spreadsheet"), hint=_l("With the row of column names."))
    form_token = TokenField()

    def validate_pasted(self, field: PastedField) -> None:
        """One of both is wanted, and not both."""
        if bool(self.file.data) == bool(field.data.strip()):
            raise wtforms.ValidationError(i18n.gettext("Choose a file, or paste rows."))


class ReadingForm(Form):
    """How to read the file, where it was not found out rightly."""

    encoding = ChoiceField(_l("Encoding"), tuple(ENCODINGS.items()), blank=_l("Recognise"))
    delimiter = ChoiceField(
        _l("Between cells"), lambda: [(sign, i18n.gettext(name)) for sign, name in DELIMITERS.items()], blank=_l("Recognise")
    )
    sheet = ChoiceField(_l("Sheet"), blank=_l("The first with column names"))
    header_row = IntegerField(_l("Row with the column names"), least=1, most=1_000, hint=_l("Leave empty to have it recognised."))
    form_token = TokenField()

    def fit(self, about: FileInfo) -> None:
        """Leave what this kind of file does not have."""
        self.sheet.set_choices((name, name) for name in about.sheets)
        if not about.encoding:
            del self.encoding
        if not about.delimiter:
            del self.delimiter
        if len(about.sheets) < 2:
            del self.sheet
        if about.kind in (Kind.JSONL, Kind.YAML):
            del self.header_row


class ColumnForm(Form):
    """What one column is."""

    target = ChoiceField(_l("Column"), lambda: [(key, i18n.gettext(field.label)) for key, field in FIELDS.items()], blank="–")
    order = RadioField(_l("Dates such as 3/4/2024"), lambda: list_rules(DAY_ORDERS))
    scale = RadioField(_l("Numbers are"), lambda: list_rules(SCALES))
    century = RadioField(_l("Years of two digits"), lambda: list_rules(CENTURIES))


class PlanForm(Form):
    """What holds for all rows, where a row does not say it."""

    article = ChoiceField(_l("Article"))
    article_title = TextField(_l("Headline of a new article"))
    article_published_on = DayField(_l("Published on"), prefer="past")
    outlet = TextField(_l("Outlet"))
    article_url = UrlField(_l("Link to the article"))
    language = LanguageField(_l("Language"), hint=_l("By its name or code, such as French, Thai or pt-BR."))
    speaker = TextField(_l("Speaker"), hint=_l("Leave empty where the words are the article’s own."))
    certainty = ChoiceField(
        _l("Certainty"),
        lambda: [(each, label(each)) for each in Certainty if each is not Certainty.NOT_RECORDED],
        blank=_l("Not recorded"),
    )
    moments = RadioField(
        _l("Times with a time zone are days"),
        lambda: [
            ("newsroom", i18n.gettext("in the newsroom’s time zone")),
            ("utc", i18n.gettext("in UTC")),
            ("as-written", i18n.gettext("as they are written")),
        ],
        default="newsroom",
    )
    source = TextField(
        _l("Source of the numbers"),
        max_length=SOURCE_MAX,
        hint=_l("Numbers of claims count within their source. Leave empty for the site that rows link to, or the file."),
    )
    status = RadioField(
        _l("Claims become"),
        lambda: [
            (Status.OPEN.value, i18n.gettext("open: they return on their review date")),
            (Status.DRAFT.value, i18n.gettext("drafts, to be reviewed first")),
        ],
        default=Status.OPEN.value,
        hint=_l("A status in the file wins. Verdicts are not imported; they are kept as private notes."),
    )
    review = RadioField(
        _l("Review date of rows without one"),
        lambda: [
            ("deadline", i18n.gettext("the day after the deadline, else some days after the claim was made")),
            ("days", i18n.gettext("some days after the claim was made")),
            ("none", i18n.gettext("never: reject open rows without a review date")),
        ],
        default="deadline",
    )
    review_days = IntegerField(_l("Days"), least=0, most=DAYS_MOST, default=365)
    owner = ChoiceField(_l("Owner"), blank=_l("No owner"))
    deadline_source = ChoiceField(_l("Who set the deadlines"), DeadlineSource, labels=label, blank=_l("As in the file"))
    quote_kind = ChoiceField(_l("The quotes are"), QuoteKind, labels=label, blank=_l("As in the file"))
    topics = TextField(_l("Topics"), hint=_l("Separate them with semicolons. New topics are created."))
    save_as = TextField(_l("Save this mapping as"), max_length=120, hint=_l("To use it with the next file."))
    form_token = TokenField()


class RunForm(Form):
    """Whether to leave out the bad rows."""

    skip_bad = CheckField(_l("Leave out the bad rows"))
    form_token = TokenField()


_ASKED: Final = ("order", "century", "scale")  # of a column
_TEXTS: Final = ("article_title", "outlet", "article_url", "topics", "language", "speaker")
_CHOSEN: Final = ("status", "owner")
_WORDS: Final[dict[str, type[StrEnum]]] = {"deadline_source": DeadlineSource, "quote_kind": QuoteKind, "certainty": Certainty}


class MappingForm:
    """The form of a plan for a file: one part for all rows, and one for each column."""

    def __init__(
        self,
        facts: FileProfile,
        plan: ColumnMapping,
        sent: object,
        *,
        articles: list[tuple[int, str]],
        owners: list[tuple[str, str]],
        find_article: Callable[[str], list[tuple[int, str]]] | None = None,
    ) -> None:
        self.facts = facts
        self.start = plan
        self.main = PlanForm(sent, data=_data(plan))
        self.main.article.set_choices(
            [(NEW, i18n.gettext("From the columns, or the new article below")), *articles],
            find=find_article,
        )
        self.main.owner.set_choices(owners)
        self.columns = [(column, self._column(number, column, plan, sent)) for number, column in enumerate(facts.columns)]

    def _column(self, number: int, column: Column, plan: ColumnMapping, sent: object) -> ColumnForm:
        data = {
            "target": plan.columns.get(column.name),
            "order": plan.days.get(column.name),
            "scale": plan.likelihoods.get(column.name),
            "century": plan.centuries.get(column.name),
        }
        form = ColumnForm(sent, data=data, prefix=f"c{number}-")
        if not profile.needs_date_order(column):
            del form.order
        if not profile.needs_scale(column):
            del form.scale
        if not profile.needs_century(column):
            del form.century
        return form

    def validate(self) -> bool:
        """Whether all parts can be used."""
        return all([self.main.validate(), *(form.validate() for _column, form in self.columns)])

    def plan(self) -> ColumnMapping:
        """The plan that was sent."""
        main = self.main
        defaults = {name: str(main[name].data) for name in _CHOSEN if main[name].data}
        defaults |= {name: main[name].data.value for name in _WORDS if main[name].data}
        defaults |= {name: main[name].data for name in _TEXTS if main[name].data}
        number = self.start.defaults.get("article_external_id")
        if number and main.article_title.data == self.start.defaults.get("article_title"):
            defaults["article_external_id"] = number  # the one article of a known program
        if main.article_published_on.data:
            defaults["article_published_on"] = main.article_published_on.data.isoformat()
        return ColumnMapping(
            columns={column.name: form.target.data for column, form in self.columns if form.target.data},
            days=self._answers("order"),
            likelihoods=self._answers("scale"),
            defaults=defaults,
            review=main.review.data or "deadline",
            review_days=365 if main.review_days.data is None else main.review_days.data,
            article=main.article.data or None,
            centuries=self._answers("century"),
            moments=main.moments.data or "newsroom",
            source=main.source.data or "",
            own_articles=self.start.own_articles,
        )

    def _answers(self, name: str) -> Mapping[str, str]:
        return {column.name: form[name].data for column, form in self.columns if name in form and form[name].data}

    def feed(self, refused: Invalid) -> None:
        """Show a refusal at the column or field that it names, else for the whole form."""
        text = i18n.translate(refused.message)
        for column, form in self.columns:
            if column.name == refused.field:
                field = next((form[name] for name in _ASKED if name in form and form[name].data is None), form.target)
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
                found += [(field.id, i18n.gettext("%(field)s: %(value)s", field=column.name, value=e)) for e in field.errors]
        return found


def _data(plan: ColumnMapping) -> dict[str, object]:
    defaults = dict(plan.defaults)
    data: dict[str, object] = {name: defaults.get(name) for name in (*_TEXTS, *_CHOSEN)}
    data["status"] = defaults.get("status", Status.OPEN.value)
    data |= {name: kind(defaults[name]) if defaults.get(name) else None for name, kind in _WORDS.items()}
    data |= {"moments": plan.moments, "source": plan.source}
    day = defaults.get("article_published_on")
    data["article_published_on"] = date.fromisoformat(day) if day and len(day) == 10 else None
    return data | {"article": plan.article or NEW, "review": plan.review, "review_days": plan.review_days}
