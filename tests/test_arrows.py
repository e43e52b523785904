"""Which part may know which: read from the code itself, imports inside functions and for type checking included."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tracker import paths

PACKAGE = Path(paths.__file__).parent
AREAS = (
    "accounts", "api", "articles", "audit", "claims", "exports", "feeds", "imports", "intake", "ledger", "maintenance",
    "newsroom", "notifications", "overview", "public", "publishing", "scheduling", "scores", "server", "webhooks",
)  # fmt: skip
WEB_LIBRARIES = ("flask", "flask_", "werkzeug", "whitenoise")

# What knows Flask: the wiring, what all pages share, and routes. Forms and dates of `web` serve files and commands, too.
FLASK_FREE_WEB = ("tracker.web.forms", "tracker.web.dates")
KNOWN_EXCEPTIONS = {
    ("tracker.accounts", "flask_security"),  # imported once for all, without the parts that are not used
    ("tracker.accounts.models", "flask_security"),  # its mixins are part of the tables of users
    ("tracker.accounts.access", "flask_login"),  # routes ask it who is signed in
    ("tracker.accounts.access", "werkzeug"),
    ("tracker.server.static_copy", "flask"),  # renders the public pages through the application itself
}

# Rooms from the outside in; nobody imports from further out than where they are.
LAYERS = (("models",), ("lifecycle",), ("queries", "services", "forms"), ("routes", "jobs", "commands"))
GROUND = ("clock", "config", "db", "errors", "pagination", "paths", "sql", "urls", "validation")


@cache
def modules() -> dict[str, Path]:
    """Every module of the tracker by its dotted name."""
    found = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
        if "_bundled" not in parts:
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found


@cache
def tree(name: str) -> ast.Module:
    return ast.parse(modules()[name].read_text(encoding="utf-8"))


def imports(name: str) -> Iterator[str]:
    """The full names of all that a module imports; a name from a package counts as that module where it is one."""
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports relatively"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in modules() else str(node.module)


def room(name: str) -> str:
    """The room of a module in its area: models, lifecycle, queries, services, forms, routes, jobs, commands, or "" for others."""
    parts = name.split(".")
    if len(parts) < 3 or parts[1] not in AREAS:
        return ""
    rooms = [each for layer in LAYERS for each in layer]
    # The outermost name counts: routes/signin_forms.py is a part of the routes.
    return next((each for part in parts[2:] for each in rooms if part == each or part.endswith(f"_{each}")), "")


def layer_of(name: str) -> int | None:
    return next((number for number, rooms in enumerate(LAYERS) if room(name) in rooms), None)


def is_web_library(name: str) -> bool:
    top = name.split(".")[0]
    return any(top == library or (library.endswith("_") and top.startswith(library)) for library in WEB_LIBRARIES)


def test_the_rooms_are_found():
    rooms = {room(name) for name in modules()}
    assert rooms >= {"models", "lifecycle", "queries", "services", "forms", "routes", "commands", ""}
    assert {room("tracker.claims.routes.queue"), room("tracker.claims.services.evidence"), room("tracker.web.forms")} == {
        "routes", "services", "",
    }  # fmt: skip


def test_flask_is_known_to_the_wiring_the_web_and_routes_alone():
    strangers = [
        (name, imported)
        for name in modules()
        for imported in imports(name)
        if is_web_library(imported)
        and (name, imported.split(".")[0]) not in KNOWN_EXCEPTIONS
        and not (name == "tracker.app" or room(name) == "routes" or f"{name}.".startswith("tracker.web."))
    ]
    assert strangers == []


def test_forms_and_dates_are_free_of_flask():
    free = [name for name in modules() if name.startswith(FLASK_FREE_WEB) or room(name) == "forms"]
    assert len(free) > 5
    assert [(name, imported) for name in free for imported in imports(name) if is_web_library(imported)] == []


def test_rooms_that_are_free_of_flask_do_not_get_it_by_way_of_others():
    knows = {name for name in modules() if any(is_web_library(imported) for imported in imports(name))}
    knows -= {name for name, _ in KNOWN_EXCEPTIONS}
    free = [name for name in modules() if room(name) not in ("", "routes", "commands")]
    assert [(name, imported) for name in free for imported in imports(name) if imported in knows] == []


def test_arrows_point_from_routes_and_jobs_through_services_to_models():
    wrong = []
    for name in modules():
        own = layer_of(name)
        if own is None:
            continue
        for imported in imports(name):
            theirs = layer_of(imported)
            if theirs is not None and theirs > own:
                wrong.append((name, imported))
    assert wrong == []


def test_services_and_queries_know_no_forms():
    inner = [name for name in modules() if room(name) in ("services", "queries", "lifecycle", "models")]
    assert len(inner) > 15
    assert [(n, i) for n in inner for i in imports(n) if room(i) == "forms" or i.startswith("tracker.web.")] == []


def test_the_ground_knows_no_area():
    wrong = [
        (name, imported)
        for name in (f"tracker.{each}" for each in GROUND)
        for imported in imports(name)
        if imported.startswith("tracker.") and imported.split(".")[1] in (*AREAS, "web", "app", "cli", "scheduler")
    ]
    assert wrong == []


def test_only_the_command_and_the_server_import_the_application():
    allowed = {"tracker.cli", "tracker.app", "tracker.__main__"}
    wrong = [
        name
        for name in modules()
        for imported in imports(name)
        if imported == "tracker.app"
        and name not in allowed
        and not name.startswith("tracker.server")
        and room(name) != "commands"
    ]
    assert wrong == []


# --- what is done in one place alone ---


def calls(name: str) -> Iterator[tuple[str, int]]:
    """Every call in a module as written, `date.today` for `date.today()`, with its line."""
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield ast.unparse(node.func), node.lineno


def test_transactions_end_in_one_place():
    ends = re.compile(r"(^|\.)(commit|rollback)$")
    found = [(name, call, line) for name in modules() for call, line in calls(name) if ends.search(call) and name != "tracker.db"]
    assert found == []


def test_there_is_one_clock():
    clocks = re.compile(r"(^|\.)(datetime\.(now|utcnow|today)|date\.today|time\.(time|time_ns|localtime|gmtime))$")
    found = [
        (name, call, line) for name in modules() for call, line in calls(name) if clocks.search(call) and name != "tracker.clock"
    ]
    assert found == []


def test_variables_of_the_environment_are_read_in_one_place():
    reads = re.compile(r"os\.environ(\[|\.get\(|\.pop\()|os\.getenv\(")
    found = [
        (name, node.lineno)
        for name in modules()
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Call | ast.Subscript)
        and not isinstance(getattr(node, "ctx", None), ast.Store)
        and reads.match(ast.unparse(node))
        and name != "tracker.config"
    ]
    assert found == []


# --- templates ---

INLINE = {
    "a style of its own": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "a script of its own": re.compile(
        r"<script\b(?![^>]*\bsrc\s*=)(?! type=\"application/ld\+json\">)|javascript:", re.IGNORECASE
    ),
    "a handler of its own": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "something from elsewhere": re.compile(r"\b(src|action)\s*=\s*[\"']?(https?:)?//", re.IGNORECASE),
    "text that is not escaped": re.compile(r"\|\s*safe\b|autoescape\s+false", re.IGNORECASE),
}
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)


def pages() -> list[Path]:
    """All templates of pages; those of mails go where no policy of ours is read."""
    found = sorted(paths.templates_dir().rglob("*.html"))
    return [file for file in found if "mail" not in file.relative_to(paths.templates_dir()).parts]


@pytest.mark.parametrize("what", INLINE)
def test_pages_hold_nothing_that_the_strict_policy_forbids(what: str):
    found = []
    for file in pages():
        body = COMMENT.sub(lambda match: "\n" * match.group().count("\n"), file.read_text(encoding="utf-8"))
        found += [
            f"{file.relative_to(paths.templates_dir())}:{body.count(chr(10), 0, match.start()) + 1}: {match.group()}"
            for match in INLINE[what].finditer(body)
        ]
    assert found == []


def test_partials_say_on_their_first_line_what_they_expect():
    partials = [file for file in pages() if file.name.startswith("_")]
    assert partials
    assert [file.name for file in partials if not file.read_text(encoding="utf-8").startswith("{#")] == []
