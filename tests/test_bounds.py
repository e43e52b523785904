"""Every bound that refuses: as much as it allows is taken, and one more is refused. `test_caps.py` lists the bounds."""

import hashlib
import importlib
import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final
from zoneinfo import ZoneInfo

import docx
import pytest
from pypdf import PdfWriter
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from tests.factories import DESK, make_article, make_editor
from tests.imports.test_xlsx_reader import crafted
from tests.support.authenticator import SITE
from tests.support.page_server import answer_of, serving
from tests.support.web import Client, SignIn
from tests.test_caps import REFUSED
from tracker import urls, validation
from tracker.accounts import oidc, passwords, people, tokens, webauthn
from tracker.accounts.forms import PasskeyForm
from tracker.accounts.models import Editor
from tracker.api import filters
from tracker.api.operations import OPERATIONS, read_fields
from tracker.articles import services as articles
from tracker.articles.forms import MarkForm
from tracker.articles.models import Article
from tracker.articles.texts import Paragraph
from tracker.claims.enums import SpeakerKind
from tracker.claims.routes import quote_selection
from tracker.claims.services import editing, saved_views, speakers, terms, topics
from tracker.config_sources import ConfigError, _content
from tracker.db import Database
from tracker.errors import Invalid
from tracker.imports.columns import cells
from tracker.imports.columns.mapping import ColumnMapping, validate_mapping
from tracker.imports.readers import BadFile, objects, open_table, xlsx
from tracker.intake import extractors, model_answers, services
from tracker.intake.problems import _PROBLEMS
from tracker.ledger import SYSTEM
from tracker.ledger.redaction import need_reason
from tracker.maintenance.rights import build_script
from tracker.net.ssrf_guard import Guard
from tracker.newsroom import hedge_table, settings
from tracker.suggest.values import HedgeRule
from tracker.web import dates, forms, i18n
from tracker.webhooks import chat_services
from tracker.webhooks import services as webhooks

TODAY: Final = date(2024, 3, 11)
ADDRESS: Final = "https://example.org/"
SYLLABLES: Final = "".join(f"\u1112{chr(0x1161 + at % 21)}{chr(0x11A8 + at % 27)}" for at in range(113))
VARIED: Final = hashlib.sha512(b"no easy password").hexdigest()

# What is tried by a function alone.
BY_FUNCTION: Final[Mapping[str, Callable[[int], object]]] = {
    "accounts.people.NAME_MAX": lambda n: people.checked_name("a" * n),
    "accounts.passwords.LONGEST": lambda n: passwords.check((VARIED * 2)[:n]),
    # Syllables of three letters in nine bytes, which become one character each.
    "accounts.passwords.BYTES_MAX": lambda n: passwords.check(SYLLABLES + VARIED[: n - len(SYLLABLES.encode())]),
    "accounts.forms.PASSKEY_ANSWER_MAX": lambda n: _send(PasskeyForm, answer="a" * n),
    "accounts.webauthn.ID_BYTES_MAX": lambda n: _use_credential(n),
    "api.filters.QUERY_MAX": lambda n: filters.FILTERS["q"].read("x" * n, "q", ZoneInfo("UTC")),
    "api.operations.BODY_TEXT_MAX": lambda n: read_fields(OPERATIONS["add_note"], {"body": "a" * n}),
    "claims.services.terms.NUMBER_MAX": lambda n: terms.clean({"text_number": n}),
    "claims.routes.quote_selection.QUOTE_MAX": lambda n: _mark("a" * n),
    "imports.columns.cells._LONGEST": lambda n: cells.parse_band("40" + " " * (n - 2), "percent"),
    "imports.columns.mapping.SOURCE_MAX": lambda n: validate_mapping(ColumnMapping(source="a" * n)),
    "imports.columns.mapping.MOST": lambda n: validate_mapping(ColumnMapping(defaults={"article_title": "a" * n})),
    "imports.columns.mapping.DAYS_MOST": lambda n: validate_mapping(ColumnMapping(review_days=n)),
    "ledger.redaction.REASON_MAX": lambda n: need_reason("a" * n, ["words"]),
    "maintenance.rights._LONGEST": lambda n: build_script("a" * n),
    "newsroom.hedge_table.WORDS_MAX": lambda n: hedge_table._check(HedgeRule("a" * n, "en", "flat")),
    "urls.URL_MAX": lambda n: urls.check_link(ADDRESS + "a" * (n - len(ADDRESS)), "url"),
    "validation.LANGUAGE_MAX": lambda n: validation.language("en-abcdefgh-abcdefgh-abcdefgh-" + "a" * (n - 30)),
    "web.dates.LONGEST": lambda n: dates.parse_day("11 March 2024" + " " * (n - 13), today=TODAY),
    "web.forms.choices.NAMED_MAX": lambda n: _send(_Found, choice="", **{"choice-named": "a" * n}),
    "web.forms.fields.INT_MAX": lambda n: _send(_Number, number=str(n)),
    "webhooks.chat_services.URL_MAX": lambda n: chat_services.check_address("ntfys://topic/" + "a" * (n - 14), Guard()),
    "webhooks.services.NAME_MAX": lambda n: webhooks._name("a" * n),
}
# What needs a database: an editor and an article.
BY_SERVICE: Final[Mapping[str, Callable[[Session, Editor, Article, int], object]]] = {
    "accounts.tokens.NAME_MAX": lambda s, e, _a, n: tokens.add(s, e, "a" * n, ["read"], actor=e.actor, today=TODAY),
    "accounts.tokens.DAYS_MAX": lambda s, e, _a, n: tokens.add(s, e, "Bot", ["read"], actor=e.actor, today=TODAY, days=n),
    "articles.services.TEXT_MAX": lambda s, _e, _a, n: _article(s, body="a" * n),
    "articles.services.PARAGRAPHS_MAX": lambda s, _e, _a, n: _article(s, body="\n\n".join("a" * n)),
    "articles.services.LINE_MAX": lambda s, _e, _a, n: _article(s, title="a" * n),
    "articles.services.KEY_MAX": lambda s, _e, _a, n: _article(s, external_id="a" * n),
    "claims.services.common.STATEMENT_MAX": lambda s, e, a, n: _claim(s, e, a, statement="a" * n),
    "claims.services.common.TEXT_MAX": lambda s, e, a, n: _claim(s, e, a, confirmed_if="a" * n),
    "claims.services.common.KEY_MAX": lambda s, e, a, n: _claim(s, e, a, external_id="a" * n),
    "claims.services.common.NAME_MAX": lambda s, e, _a, n: speakers.add_speaker(
        s, actor=e.actor, name="a" * n, kind=SpeakerKind.PERSON
    ),
    "claims.services.saved_views.NAME_MAX": lambda s, e, _a, n: saved_views.save_view(s, e.id, "a" * n, "view=all"),
    "claims.services.saved_views.QUERY_MAX": lambda s, e, _a, n: saved_views.save_view(s, e.id, "Mine", "a" * n),
    "claims.services.topics.LABEL_MAX": lambda s, e, _a, n: topics.add_topic(
        s, actor=e.actor, label_en="a" * n, label_fr="Commerce"
    ),
    "claims.services.topics.KEY_MAX": lambda s, e, _a, n: topics.add_topic(
        s, actor=e.actor, label_en="Trade", label_fr="Commerce", key="a" * n
    ),
    "newsroom.settings.METHOD_MAX": lambda s, _e, _a, n: settings.change(s, SYSTEM, method_en="a" * n),
    "intake.services.FILE_MAX": lambda s, e, _a, n: services.queue_file(s, e.actor, "a.txt", b"a" * n),
}
# Fields of forms: web/test_every_bound.py tries each.
BY_FORM: Final = """
articles.forms.LINE_MAX claims.forms.common.TEXT_MAX claims.forms.common.LINE_MAX claims.forms.names.ALIASES_MAX
imports.forms.PASTED_MAX intake.forms.TEXT_MAX intake.forms.LINE_MAX intake.forms.LABEL_MAX publishing.forms.TIME_MAX
web.forms.text.LINE_MAX web.forms.text.AREA_MAX public.reports.BODY_MAX public.reports.NAME_MAX
"""
# What a test elsewhere tries.
ELSEWHERE: Final[Mapping[str, str]] = {
    "web.limits.BODY_MAX": "web/test_headers_and_limits.py::test_too_much_is_refused_with_the_limit_named",
    "web.limits.FIELDS_MAX": "web/test_headers_and_limits.py::test_too_many_fields_are_refused",
    "public.routes.reporting.BODY_LIMIT": "public/test_reports.py::test_more_than_64_kb_are_refused",
    "accounts.passkeys.NAME_MAX": "accounts/test_passkeys.py::test_passkey_is_not_added_under_an_unusable_name",
    "accounts.passkeys.PASSKEYS_MAX": "accounts/test_passkeys.py::test_number_of_passkeys_is_bounded",
    "intake.extraction.BODY_MAX": "intake/test_extraction.py::test_too_long_text_is_named",
    "intake.model_answers.WHY_MAX": "intake/test_model_answers.py::test_item_with_one_lie_is_dropped_and_counted",
    "accounts.desks.DESKS_MAX": "accounts/test_desks.py::test_desks_are_bounded",
    "intake.stored_readings.QUOTE_MAX": "intake/test_stored_readings.py::test_own_passage_has_no_more_characters_than_a_quote",
    "publishing.reports.ANSWER_MAX": "public/test_reports.py::test_answer_has_a_bounded_length",
    "publishing.services.LINE_MAX": "publishing/test_pages.py::test_line_in_place_of_an_article_has_a_bounded_length",
    "scores.routes.HEDGE_MAX": "test_bounds.py::test_filter_by_hedge_of_one_character_too_many_is_refused",
    "accounts.oidc.BYTES_MAX": "test_bounds.py::test_answer_of_a_provider_of_one_byte_too_many_is_refused",
    "imports.readers.objects._SIZE_MAX": "test_bounds.py::test_yaml_of_one_byte_too_many_is_refused",
    "imports.readers.xlsx._PART_MAX": "test_bounds.py::test_workbook_part_of_one_byte_too_many_is_refused",
    "intake.extractors.UNPACKED_MAX": "test_bounds.py::test_document_that_unpacks_to_one_byte_too_many_is_refused",
    "intake.model_answers._LATEST_YEARS": "test_bounds.py::test_model_names_no_day_beyond_the_latest",
    "intake.extractors.PAGES_MAX": "test_bounds.py::test_pdf_of_one_page_too_many_is_refused",
    "config_sources._FILE_MAX": "test_bounds.py::test_secret_of_one_character_too_many_stops_the_start",
    "web.limits.FORM_MAX": "test_bounds.py::test_form_of_strangers_of_one_byte_too_many_is_refused",
}


class _Number(forms.Form):
    number = forms.IntegerField("Number")


class _Found(forms.Form):
    choice = forms.ChoiceField("Choice")

    def __init__(self, formdata: MultiDict[str, str]) -> None:
        super().__init__(formdata)
        self.choice.set_choices([], find=lambda name: [(1, name)])


def _use_credential(size: int) -> None:
    credential: Any = SimpleNamespace(public_key={3: -7}, credential_id=b"a" * size)
    if not webauthn._is_usable(credential, SITE):
        raise Invalid("not usable")


def _mark(body: str) -> None:
    whole = MarkForm(MultiDict({"place": f"0:{len(body)}"}))
    quote_selection._chosen(body, Paragraph(1, 0, len(body), body), whole)


def _send(form: type[forms.Form], **typed: str) -> None:
    with i18n.use_language("en"):
        made = form(MultiDict(typed))
        if not made.validate():
            raise Invalid(str(made.errors))


def _article(session: Session, **given: Any) -> Article:
    known: dict[str, Any] = {"title": "The port", "language": "en", "published_on": TODAY, **given}
    return articles.create(session, DESK, **known)


def _claim(session: Session, editor: Editor, article: Article, **given: Any) -> object:
    return editing.create(session, article, actor=editor.actor, **{"statement": "A ferry will sail.", **given})


def _most(name: str) -> int:
    module, _, number = name.rpartition(".")
    found: int = getattr(importlib.import_module(f"tracker.{module}"), number)
    return found


@pytest.mark.parametrize("name", BY_FUNCTION)
def test_one_more_than_the_bound_is_refused(name: str):
    most, act = _most(name), BY_FUNCTION[name]
    act(most)
    with pytest.raises(Invalid):
        act(most + 1)


@pytest.mark.parametrize("name", BY_SERVICE)
def test_one_more_than_the_bound_is_not_stored(database: Database, name: str):
    most, act, editor, article = _most(name), BY_SERVICE[name], make_editor(database), make_article(database)
    with pytest.raises(Invalid), database.writing() as session:
        act(session, session.get_one(Editor, editor.id), session.get_one(Article, article.id), most + 1)
    with database.writing() as session:
        act(session, session.get_one(Editor, editor.id), session.get_one(Article, article.id), most)


def test_pdf_of_one_page_too_many_is_refused(monkeypatch: pytest.MonkeyPatch):
    problems = []
    writer = PdfWriter()
    for _ in range(3):
        writer.add_blank_page(100, 100)
    for most in (3, 2):
        written = io.BytesIO()
        writer.write(written)
        monkeypatch.setattr(extractors, "PAGES_MAX", most)
        problems.append(extractors._extract_pdf(written.getvalue()).problem)
    assert problems == ["", "too_many_pages"]
    assert "more than 200 pages" in _PROBLEMS["too_many_pages"]


def test_filter_by_hedge_of_one_character_too_many_is_refused(sign_in: SignIn):
    most, browser = _most("scores.routes.HEDGE_MAX"), sign_in()
    statuses = [browser.get("/scorecards", query_string={"hedge": "a" * length}).status_code for length in (most, most + 1)]
    assert statuses == [200, 422]


def test_answer_of_a_provider_of_one_byte_too_many_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(oidc, "BYTES_MAX", 10)
    with serving(lambda path: answer_of(b'"' + b"a" * int(path[1:]) + b'"')) as provider:
        assert oidc.fetch_json(provider.url("/8"), None, {}) == "a" * 8
        with pytest.raises(ValueError, match="too long"):
            oidc.fetch_json(provider.url("/9"), None, {})


def test_yaml_of_one_byte_too_many_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "claims.yaml"
    path.write_bytes(b"- claim: A ferry.\n- claim: A bridge.\n")
    size = path.stat().st_size
    monkeypatch.setattr(objects, "_SIZE_MAX", size)
    assert len(list(open_table(path, path.name).rows())) == 2
    monkeypatch.setattr(objects, "_SIZE_MAX", size - 1)
    with pytest.raises(BadFile, match="can have at most"):
        open_table(path, path.name)


def test_workbook_part_of_one_byte_too_many_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "claims.xlsx"
    path.write_bytes(crafted())
    with zipfile.ZipFile(path) as archive:
        largest = max(each.file_size for each in archive.infolist())
    monkeypatch.setattr(xlsx, "_PART_MAX", largest)
    open_table(path, path.name)
    monkeypatch.setattr(xlsx, "_PART_MAX", 10)
    with pytest.raises(BadFile):
        open_table(path, path.name)


def test_document_that_unpacks_to_one_byte_too_many_is_refused(monkeypatch: pytest.MonkeyPatch):
    written = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("A ferry will sail.")
    document.save(written)
    with zipfile.ZipFile(written) as archive:
        size = sum(each.file_size for each in archive.infolist())
    problems = []
    for most in (size, size - 1):
        monkeypatch.setattr(extractors, "UNPACKED_MAX", most)
        problems.append(extractors._extract_docx(written.getvalue()).problem)
    assert problems == ["", "damaged"]


def test_model_names_no_day_beyond_the_latest():
    latest = date(TODAY.year + _most("intake.model_answers._LATEST_YEARS"), TODAY.month, TODAY.day)
    assert model_answers._read_horizon([latest.isoformat()] * 2, TODAY) == (latest, latest)
    with pytest.raises(ValueError, match="out of range"):
        model_answers._read_horizon([(latest + timedelta(days=1)).isoformat()] * 2, TODAY)


def test_secret_of_one_character_too_many_stops_the_start(tmp_path: Path):
    most, file = _most("config_sources._FILE_MAX"), tmp_path / "secret"
    file.write_text("a" * most)
    assert _content("TRACKER_SECRET_KEY_FILE", file)
    file.write_text("a" * (most + 1))
    with pytest.raises(ConfigError, match="too large"):
        _content("TRACKER_SECRET_KEY_FILE", file)


def test_form_of_strangers_of_one_byte_too_many_is_refused(client: Client):
    most = _most("web.limits.FORM_MAX")
    kind = "application/x-www-form-urlencoded"
    bodies = [b"email=" + b"a" * (size - 6) for size in (most, most + 1)]
    views = client.application.view_functions
    rules = [
        rule
        for rule in client.application.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and getattr(views[rule.endpoint], "tracker_body_limit", None) == most
    ]
    assert len(rules) > 18
    for rule in rules:
        built = rule.build(dict.fromkeys(rule.arguments, 1))
        assert built is not None
        statuses = [client.post(built[1], data=body, content_type=kind, csrf=False).status_code for body in bodies]
        assert statuses[0] not in (404, 405, 413), rule
        assert statuses[1] == 413, rule


def test_every_bound_that_refuses_has_its_test():
    tried = {*BY_FUNCTION, *BY_SERVICE, *BY_FORM.split(), *ELSEWHERE}
    assert tried == set(REFUSED.split())
    for where in ELSEWHERE.values():
        file, _, test = where.partition("::")
        assert f"def {test}(" in (Path(__file__).parent / file).read_text(encoding="utf-8"), where
