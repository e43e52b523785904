"""A small application round the shared layer: what a room of the tracker would bring, and nothing else."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from flask import Flask, flash, render_template, request
from flask_login import LoginManager
from jinja2 import ChoiceLoader, FileSystemLoader

from tracker import paths, web
from tracker.accounts.roles import Role
from tracker.claims.enums import Outcome
from tracker.newsroom.settings import Newsroom
from tracker.web import access, labels
from tracker.web.forms import (
    AreaField,
    CheckField,
    ChoiceField,
    ChoicesField,
    DayField,
    Form,
    IntegerField,
    RadioField,
    TextField,
    TokenField,
    UrlField,
    VersionField,
)
from tracker.web.forms import lazy_gettext as _l

PAGES = Path(__file__).parent / "pages"


@dataclass
class Person:
    """An editor, as far as a page is concerned."""

    name: str = "Inès Carpentier"
    initials: str = "IC"
    language: str | None = None
    theme: str = "auto"
    shortcuts: bool = True
    key_hints: bool = True
    is_authenticated: bool = True
    role_names: frozenset[str] = frozenset({"viewer", "editor"})
    chosen: dict[str, str] = field(default_factory=dict)

    def get_id(self) -> str:
        return "1"


class SheetForm(Form):
    """One of every field."""

    version = VersionField()
    form_token = TokenField()
    statement = TextField(_l("Claim"), required=True, hint="In plain words")
    rationale = AreaField(_l("Reason"), required=True, max_length=200)
    known_on = DayField(_l("Known on"), prefer="past", required=True)
    url = UrlField(_l("Address"))
    low = IntegerField(_l("From"), least=0, most=100, unit="%")
    outcome = RadioField(_l("Outcome"), Outcome, labels=lambda o: labels.word(o), required=True)
    owner = ChoiceField(_l("Owner"), [(1, "Inès"), (2, "Tom")], blank="Nobody")
    topics = ChoicesField(_l("Topics"), [("a", "Arms"), ("b", "Trade")])
    agree = CheckField(_l("I have read it"))


def make_app(*, person: Person | None = None, newsroom: Callable[[], Newsroom] | None = None, **config: Any) -> Flask:
    """The application; with a person, that editor is signed in."""
    app = Flask("tests.web", template_folder=str(paths.templates_dir()), static_folder=None)
    app.jinja_loader = ChoiceLoader([FileSystemLoader(paths.templates_dir()), FileSystemLoader(PAGES)])
    app.config.update(SECRET_KEY="a key for tests that nobody else has", TESTING=True, **config)

    def remember(editor: Any, choice: dict[str, str]) -> None:
        editor.chosen.update(choice)
        for name, value in choice.items():
            setattr(editor, name, value)

    web.init_app(app, newsroom=newsroom, remember=remember, fallback=Newsroom())
    login = LoginManager(app)
    login.request_loader(lambda _request: person)
    for place in ("queue", "articles", "claims", "speakers", "topics", "exports"):
        app.add_url_rule(f"/{place}", f"{place}.index", access.needs(Role.VIEWER)(lambda: "a list"))
    app.add_url_rule("/out", "security.logout", lambda: "out", methods=["POST"])

    @app.route("/sheet", methods=["GET", "POST"])
    def sheet() -> Any:
        form = SheetForm(request.form if request.method == "POST" else None)
        if request.method == "GET":
            form.version.data = 3
            flash({"text": "Verdict proposed. Next: claim 149.", "undo": "/undo"}, "done")  # type: ignore[arg-type]
        elif form.validate():
            return "taken"
        today = date(2024, 9, 17)
        days = {"today": today, "overdue": date(2024, 9, 5), "later": date(2024, 9, 20)}
        return render_template("sheet.html", form=form, **days), 200 if request.method == "GET" else 422

    return app
