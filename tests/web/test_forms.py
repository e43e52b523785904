"""Forms take what people type, refuse what nothing can hold, and keep what was typed."""

import enum
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from tracker.errors import Invalid
from tracker.web import forms, i18n
from tracker.web.forms import base
from tracker.web.forms import lazy_gettext as _l


class Colour(enum.StrEnum):
    RED = "red"
    BLUE = "blue"


class Everything(forms.Form):
    version = forms.VersionField()
    form_token = forms.TokenField()
    statement = forms.TextField(_l("Statement"), required=True, max_length=20)
    quote = forms.TextField(_l("Quote"), strip=False)
    note = forms.AreaField(_l("Note"), max_length=50)
    known_on = forms.DayField(_l("Known on"), today=lambda: date(2024, 9, 17), prefer="past")
    low = forms.IntegerField(_l("Low"), least=0, most=100, unit="%")
    big = forms.IntegerField(_l("Big"))
    url = forms.UrlField(_l("Address"))
    email = forms.EmailField(_l("E-mail"))
    colour = forms.ChoiceField(_l("Colour"), Colour, labels=lambda c: c.value.title())
    owner = forms.ChoiceField(_l("Owner"), [(1, "Inès"), (2, "Tom")], blank="Nobody")
    topics = forms.ChoicesField(_l("Topics"), lambda: [("a", "Arms"), ("b", "Trade")])
    agree = forms.CheckField(_l("Read"))
    secret = forms.SecretField(_l("Password"))
    carried = forms.HiddenTextField(max_length=9)


GOOD = {"version": "3", "statement": "A claim"}


def sent(**values: Any) -> Everything:
    pairs = [(k, v) for k, vs in {**GOOD, **values}.items() for v in (vs if isinstance(vs, list) else [vs])]
    form = Everything(MultiDict(pairs))
    form.validate()
    return form


def test_a_form_that_was_not_sent_has_empty_values_and_no_complaints():
    form = Everything()
    assert (form.statement.data, form.note.data, form.topics.data, form.agree.data, form.low.data) == ("", "", [], False, None)
    assert form.problems() == []


def test_an_object_fills_a_form():
    form = Everything(obj=SimpleNamespace(statement="As kept", low=30, colour=Colour.BLUE, known_on=date(2024, 3, 1)))
    assert form.statement._value() == "As kept"
    assert form.low._value() == "30"
    assert form.known_on._value() == "1 Mar 2024"
    assert [chosen for _, _, chosen, _ in form.colour.iter_choices()] == [False, True]


@pytest.mark.parametrize("blank", ["", "   \t ", "\u200b\u200d\ufeff", "\u2800\u3164", "\u0301", "\u00a0\u2029"])
def test_what_shows_nothing_is_nothing(blank: str):
    form = sent(statement=blank)
    assert form.statement.data == ""
    assert form.problems() == [("statement", "Statement: This cannot be empty.")]


@pytest.mark.parametrize("text", ["a\u202eb", "a\u2067b\u2069", "a\u202ab\u202c"])
def test_line_refuses_characters_that_change_direction(text: str):
    form = sent(quote=text)
    assert form.problems() == [
        ("quote", "Quote: This holds a character that changes the direction of writing. Delete it or type the text again.")
    ]
    assert form.quote._value() == text


@pytest.mark.parametrize("field", ["note", "secret", "carried"])
def test_area_secret_and_hidden_fields_keep_characters_that_change_direction(field: str):
    form = sent(**{field: "a\u202eb"})
    assert form.problems() == []
    assert form[field].data == "a\u202eb"


def test_line_takes_letters_of_every_direction():
    assert sent(quote="\u05e9\u05dc\u05d5\u05dd").problems() == []


@pytest.mark.parametrize("text", ["claim\x00text", "a\ud800b"])
def test_what_no_database_can_hold_is_refused_and_shown_without_it(text: str):
    form = sent(statement=text)
    assert form.statement.data == ""
    assert len(form.statement.errors) == 1
    shown = form.statement._value()
    assert "\x00" not in shown
    assert shown.encode()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("\x1b[2J31m", "[2J31m"),
        ("Claim\r\nBcc: a@b.c", "Claim Bcc: a@b.c"),
        ("a\u2028b\u2029c", "a b c"),
        ("  a  ", "a"),
        ("a\tb\x85c", "a b c"),
        ("{{7*7}} {0.x} %s", "{{7*7}} {0.x} %s"),
        ("👩‍👩‍👧‍👦🇩🇪", "👩‍👩‍👧‍👦🇩🇪"),
        ("𠮷野家 Cafe\u0301", "𠮷野家 Cafe\u0301"),
        ("said \u202egnp.exe", "said \u202egnp.exe"),
        ("NaN", "NaN"),
    ],
)
def test_a_line_is_kept_on_one_line_and_otherwise_as_it_came(text: str, kept: str):
    assert sent(statement=text).statement.data == kept


def test_an_area_keeps_its_lines_with_plain_ends():
    assert sent(note="a\r\nb\rc\td\u2028e\x07").note.data == "a\nb\nc\td\ne"


def test_a_quote_can_keep_its_outer_spaces():
    assert sent(quote=" as said ").quote.data == " as said "


def test_length_is_counted_in_code_points():
    assert sent(statement="👍" * 20).errors == {}
    assert sent(statement="👍" * 21).problems() == [("statement", "Statement: Keep this under 20 characters; it has 21.")]


def test_a_value_sent_twice_is_refused():
    for name, values in {"statement": ["a", "b"], "low": ["1", "1"], "colour": ["red", "blue"], "version": ["1", "2"]}.items():
        form = sent(**{name: values})
        assert form[name].errors == ["This was sent more than once. Give it once."], name
        assert form[name].data in (None, "")


@pytest.mark.parametrize(("typed", "number"), [("30", 30), (" 60 % ", 60), ("60\u202f%", 60), ("+7", 7), ("", None), ("007", 7)])
def test_a_number_is_read(typed: str, number: int | None):
    form = sent(low=typed)
    assert form.low.data == number
    assert form.errors == {}


@pytest.mark.parametrize("typed", ["x", "1.5", "1e3", "1e999", "9" * 5000, "٣", "-1", "101", "0x10", "1_000", "²"])
def test_what_is_no_number_within_bounds_is_refused_and_kept(typed: str):
    form = sent(low=typed)
    assert form.low.data is None
    assert len(form.low.errors) == 1
    assert form.low._value() == typed


@pytest.mark.parametrize("typed", [str(2**63), "-" + "9" * 20, "9" * 400])
def test_a_number_that_no_database_holds_is_refused(typed: str):
    assert sent(big=typed).big.errors


def test_a_choice_is_the_member_of_its_enum_or_the_value_of_its_pair():
    form = sent(colour="blue", owner="2", topics=["b", "a", "b"])
    assert (form.colour.data, form.owner.data, form.topics.data) == (Colour.BLUE, 2, ["b", "a"])


@pytest.mark.parametrize(("name", "value"), [("colour", "green"), ("owner", "3"), ("owner", "1e0"), ("topics", ["a", "z"])])
def test_a_choice_that_is_not_offered_is_refused(name: str, value: Any):
    assert sent(**{name: value})[name].errors == ["Choose one of the options."]


def test_a_list_known_only_to_the_route_is_asked_again():
    form = Everything(MultiDict({**GOOD, "owner": "9"}))
    form.owner.set_choices([(9, "Léa")])
    assert form.validate()
    assert form.owner.data == 9


def test_a_select_without_a_choice_asks_to_choose():
    assert next(iter(Everything().colour.iter_choices())) == ("", "Choose…", True, {})
    assert next(iter(Everything().owner.iter_choices())) == ("", "Nobody", True, {})


@pytest.mark.parametrize(
    ("typed", "ticked"), [("y", True), ("on", True), ("1", True), ("", False), ("0", False), ("false", False)]
)
def test_a_tick_is_a_tick(typed: str, ticked: bool):
    assert sent(agree=typed).agree.data is ticked


@pytest.mark.parametrize("typed", ["", "x", "-1", "1e3", "9" * 30, "٣"])
def test_a_page_without_its_version_cannot_be_used(typed: str):
    assert sent(version=typed).problems() == [("", "This form is incomplete or out of date. Open the page again.")]


@pytest.mark.parametrize("carried", ["x" * 10, "a\x00b", ["a", "b"]])
def test_what_a_page_carries_for_itself_is_not_complained_about_as_if_it_had_been_typed(carried: Any):
    assert sent(carried=carried).problems() == [("", "This form is incomplete or out of date. Open the page again.")]


def test_a_token_that_is_none_is_as_good_as_missing():
    assert sent(form_token="<script>").form_token.data is None
    assert sent(form_token="<script>").errors == {}
    assert sent(form_token="a" * 24).form_token.data == "a" * 24


def test_a_day_is_read_and_read_back():
    form = sent(known_on="26 mars 2024")
    assert form.known_on.data == date(2024, 3, 26)
    assert form.known_on.read_as == date(2024, 3, 26)
    assert form.known_on._value() == "26 mars 2024"


def test_an_unclear_day_is_offered_in_its_readings_and_kept_as_typed():
    form = sent(known_on="3/4/2024")
    assert form.known_on.data is None
    assert form.known_on.readings == (date(2024, 4, 3), date(2024, 3, 4))
    assert form.known_on._value() == "3/4/2024"


def test_a_chosen_reading_counts():
    form = sent(known_on="3/4/2024", **{"known_on-reading": "2024-03-04"})
    assert form.errors == {}
    assert form.known_on.data == date(2024, 3, 4)
    assert form.known_on._value() == "4 Mar 2024"


@pytest.mark.parametrize("reading", ["2025-03-04", "x", "4 March 2024"])
def test_a_reading_that_the_text_does_not_have_counts_for_nothing(reading: str):
    assert sent(known_on="3/4/2024", **{"known_on-reading": reading}).known_on.errors


def test_a_reading_left_from_before_does_not_change_a_clear_day():
    form = sent(known_on="26 mars 2024", **{"known_on-reading": "2024-03-04"})
    assert form.known_on.data == date(2024, 3, 26)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/page?q=1#f",
        "http://localhost/",
        "HTTPS://Example.org",
        "https://аpple.com/",
        "http://[2001:db8::1]:8080/x",
        "https://fr.wikipedia.org/wiki/Événement",
    ],
)
def test_a_web_address_is_kept_as_it_is(url: str):
    form = sent(url=url)
    assert form.errors == {}
    assert form.url.data == url


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "gopher://x",
        "ftp://example.org",
        "data:text/html,x",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "jar:http://x!/",
        "http://a:b@host/",
        "http://good.example@127.0.0.1/",
        "http://good.example\\@127.0.0.1/",
        "http://good.example%00.evil",
        "http://a/\r\nX: y",
        "http://a/\x00",
        "http://xn--" + "a" * 70 + ".com/",
        "http://" + "ä" * 70 + ".com/",
        "http://a..b/",
        "http://a/" + "A" * 100_000,
        "http://",
        "http:///path",
        "http://host:99999/",
        "http://host:x/",
        "http://[::1",
        "//example.org",
        "example.org",
        "https://exa mple.org",
    ],
)
def test_what_is_no_plain_web_address_is_refused(url: str):
    form = sent(url=url)
    assert len(form.url.errors) == 1
    assert forms.web_address(url) == ""


def test_the_real_name_of_a_foreign_host_can_be_shown():
    assert forms.ascii_host("https://аpple.com/x") == "xn--pple-43d.com"
    assert forms.ascii_host("https://apple.com/x") == ""
    assert forms.ascii_host("no address") == ""
    assert forms.host_of("https://www.example.org/x") == "example.org"


@pytest.mark.parametrize(
    ("email", "good"), [("a@b.example", True), ("a@b", False), ("a b@c.d", False), ("a@b.c\n", True), ("@", False)]
)
def test_a_mail_address_is_plain(email: str, good: bool):
    assert (sent(email=email).errors == {}) is good


def test_a_secret_is_kept_as_typed_and_never_shown():
    form = sent(secret="  p\tw ")
    assert form.secret.data == "  p\tw "
    assert form.secret._value() == ""


def test_what_a_service_refuses_is_hung_on_its_field():
    form = sent()
    forms.feed(form, Invalid("The deadline is before the day the claim was made.", field="known_on"))
    assert form.problems() == [("known_on", "Known on: The deadline is before the day the claim was made.")]


def test_what_a_service_refuses_as_a_whole_is_hung_on_the_form():
    for field in (None, "elsewhere"):
        form = sent()
        forms.feed(form, Invalid("%(n)s is too much.", field=field, n=3))
        assert form.problems() == [("", "3 is too much.")]


def test_two_forms_on_a_page_have_ids_of_their_own():
    form = Everything(ids="ev")
    assert (form.statement.id, form.statement.name, form.statement.label.field_id) == (
        "ev-statement",
        "statement",
        "ev-statement",
    )


def test_labels_and_errors_are_in_the_language_that_is_spoken():
    with i18n.use_language("fr"):
        form = sent(statement="", low="x", colour="green")
        assert [text for _, text in form.problems()] == [
            "Énoncé\u202f: Ce champ ne peut pas rester vide.",
            "Low\u202f: Écrivez un nombre entier en chiffres.",
            "Colour\u202f: Choisissez l’une des options proposées.",
        ]


def test_a_label_can_be_found_by_the_name_of_its_field():
    assert forms.label_of("colour") == "Colour"
    assert forms.label_of("no_such_field") == "no such field"


@pytest.mark.parametrize("names", [("First", "Second"), ("Second", "First")])
def test_label_that_two_forms_give_is_that_of_the_first_by_name(names: tuple[str, str]):
    base._labels.cache_clear()
    try:
        made = [type(forms.Form)(name, (forms.Form,), {"doubled": forms.TextField(f"Label of {name}")}) for name in names]
        assert len(made) == 2
        assert forms.label_of("doubled") == "Label of First"
        assert forms.label_of("doubled", {"doubled", "colour"}) == "Label of First"
    finally:
        base._labels.cache_clear()


def test_label_is_that_of_the_form_with_most_of_what_was_sent():
    base._labels.cache_clear()
    try:
        fields = {"tripled": forms.TextField("Label of First")}
        made = [type(forms.Form)("First", (forms.Form,), fields)]
        fields = {"tripled": forms.TextField("Label of Second"), "further": forms.TextField("Further")}
        made.append(type(forms.Form)("Second", (forms.Form,), fields))
        assert forms.label_of("tripled", {"tripled"}) == "Label of First"
        assert forms.label_of("tripled", {"tripled", "further"}) == "Label of Second"
    finally:
        base._labels.cache_clear()


ANYTHING = st.text(st.characters(exclude_categories=()), max_size=40)


@given(st.dictionaries(st.sampled_from(list(Everything()._fields)), st.lists(ANYTHING, max_size=3)))
def test_no_input_breaks_a_form_and_what_it_passes_can_be_stored(values: dict[str, list[str]]):
    form = Everything(MultiDict([(k, v) for k, vs in values.items() for v in vs]))
    passed = form.validate()
    assert passed is (not form.errors)
    for field in form:
        assert field._value().encode() is not None  # it can be sent to a browser
    for name in ("statement", "note", "quote"):
        text = form[name].data or ""
        assert "\x00" not in text
        assert text.encode() is not None
