"""The form every form is made from, and the field every field is made from."""

from collections.abc import Collection, Generator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from operator import itemgetter
from typing import Any, ClassVar

import wtforms
from wtforms.i18n import get_translations as wtforms_translations
from wtforms.meta import DefaultMeta

from tracker.errors import N_, Invalid
from tracker.web import i18n
from tracker.web.catalogues import SOURCE_LANGUAGE


@lru_cache
def _builtin(language: str) -> Any:
    """WTForms' own translations, for the messages of validators that are used as they come."""
    return wtforms_translations([language])


class _Speech:
    """Our catalogue first, then WTForms' own."""

    def gettext(self, text: str) -> str:
        spoken = i18n.gettext(text)
        if spoken == text and i18n.language() != SOURCE_LANGUAGE:
            return str(_builtin(i18n.language()).gettext(text))
        return spoken

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        if i18n.language() == SOURCE_LANGUAGE:
            return singular if n == 1 else plural
        return str(_builtin(i18n.language()).ngettext(singular, plural, n))


_SPEECH = _Speech()


class _Meta(DefaultMeta):
    def get_translations(self, form: wtforms.form.BaseForm) -> Any:
        return _SPEECH


class Form(wtforms.Form):
    """A form. `ids` prefixes the HTML ids, not the names, where a page holds two forms with fields of one name."""

    Meta: ClassVar[type[Any]] = _Meta

    def __init__(
        self,
        formdata: Any = None,
        obj: object | None = None,
        *,
        data: Mapping[str, object] | None = None,
        ids: str = "",
        **values: Any,
    ) -> None:
        self._ids = ids
        super().__init__(formdata, obj, data=data, **values)
        if ids:
            for field in self:
                field.id = f"{ids}-{field.id}"
                field.label.field_id = field.id

    def problems(self) -> list[tuple[str, str]]:
        """What is wrong, in the order of the page: the id to link to ("" where there is none), and the sentence with the
        name of its field, because it is shown away from it."""
        found = [("", str(text)) for text in self.form_errors]
        for field in self:
            if getattr(field, "kind", "") == "hidden":
                found.extend(("", str(text)) for text in field.errors)
            else:
                label = str(field.label.text)
                found.extend((field.id, i18n.gettext("%(field)s: %(value)s", field=label, value=text)) for text in field.errors)
        return found


class Field(wtforms.Field):
    """A field with one value. A value sent twice is refused, whichever of them was meant."""

    kind: ClassVar[str] = "line"
    takes_many: ClassVar[bool] = False

    def __init__(self, label: str | None = None, *, required: bool = False, hint: str = "", **kwargs: Any) -> None:
        super().__init__(label, description=hint, **kwargs)
        self.flags.required = required

    def process_formdata(self, valuelist: list[object]) -> None:
        if len(valuelist) > 1 and not self.takes_many:
            self.data = None
            raise ValueError(i18n.gettext("This was sent more than once. Give it once."))
        self.read(valuelist)

    def read(self, values: list[object]) -> None:
        """Set `data` from what was sent. Raises ValueError with a sentence."""
        self.data = values[0] if values else None

    def pre_validate(self, form: wtforms.form.BaseForm) -> None:
        if self.errors:
            # What cannot be read needs no further complaint.
            raise wtforms.validators.StopValidation()
        if self.flags.required and self.is_empty():
            raise wtforms.validators.StopValidation(self.missing())

    def is_empty(self) -> bool:
        """Whether nothing was given."""
        return self.data is None or self.data == ""

    def missing(self) -> str:
        """The sentence for a required field without a value."""
        return i18n.gettext("This cannot be empty.")

    def typed(self) -> str:
        """What was typed, to be shown again as it was, but for what no page can hold."""
        if not self.raw_data:
            return ""
        return str(self.raw_data[0]).replace("\x00", "\ufffd").encode("utf-8", "replace").decode()

    def _value(self) -> str:
        if self.raw_data:
            return self.typed()
        return "" if self.data is None else str(self.data)


def feed(form: Form, refusal: Invalid) -> None:
    """Add what a service refused to the field it names; to the form, with the field's name, where the form has no such field."""
    text = i18n.translate(refusal.message)
    if refusal.field is not None and refusal.field in form:
        field = form[refusal.field]
        field.errors = [*field.errors, text]
        return
    if refusal.field is not None and any(refusal.field in labels for labels in _labels()):
        text = i18n.gettext("%(field)s: %(value)s", field=label_of(refusal.field, form.data), value=text)
    form.form_errors = [*form.form_errors, text]


@contextmanager
def collect_refusals(form: Form) -> Generator[None]:
    """Within, what a service refuses is added to the form, as `feed` does, and goes no further; ask `form.errors` afterwards."""
    try:
        yield
    except Invalid as refusal:
        feed(form, refusal)


@lru_cache
def _labels() -> list[dict[str, object]]:
    """Of each form the labels of its fields, in the order of the forms' names."""
    found: list[tuple[str, dict[str, object]]] = []
    pending: list[type[wtforms.Form]] = [Form]
    while pending:
        form = pending.pop()
        pending.extend(form.__subclasses__())
        fields = {name: getattr(form, name, None) for name in dir(form)}
        unbound = {name: field for name, field in fields.items() if isinstance(field, wtforms.fields.core.UnboundField)}
        labels = {name: each.args[0] if each.args else each.kwargs.get("label") for name, each in unbound.items()}
        labels = {name: label for name, label in labels.items() if label is not None}
        found.append((f"{form.__module__}.{form.__qualname__}", labels))
    return [labels for _form, labels in sorted(found, key=itemgetter(0))]


def label_of(name: str, sent: Collection[str] = ()) -> str:
    """The label that a form gives a field of this name, of several the one with most of the fields that were sent, of these the
    first by its module and name; the bare name where none does."""
    having = [labels for labels in _labels() if name in labels]
    return str(max(having, key=lambda labels: len(labels.keys() & sent))[name]) if having else name.replace("_", " ")


# The sentence that a page shows when a form cannot be used as a whole.
UNUSABLE = N_("This form is incomplete or out of date. Open the page again.")
