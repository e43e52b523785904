"""What is kept of people's words in memory: every cache is listed, and those that may hold words are emptied."""

import ast
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest

from tests.support.processes import wait_until
from tracker.articles.addresses import slug
from tracker.config_reading import LanguageModelSettings
from tracker.db import Database
from tracker.imports.columns.cells import parse_date
from tracker.imports.columns.fields import field_for
from tracker.intake.language_model import load_model
from tracker.ledger.erasing import scrub
from tracker.newsroom.settings import Newsroom, _read_lines
from tracker.public.routes.caching import _salt
from tracker.scores.counting import fold_hedge
from tracker.scores.totals import _find_sums
from tracker.search.folding import _fold_letters, _fold_word
from tracker.search.name_keys import name_key
from tracker.suggest.french import find_tense
from tracker.suggest.hedges import compile_hedges
from tracker.suggest.similarity import _stem
from tracker.suggest.values import HedgeRule
from tracker.word_caches import WORDS, WordCaches

TRACKER: Final = Path(__file__).parents[1] / "tracker"
NAME: Final = "quackenbush"
# Each cache that may hold words, with what fills it.
WITH_WORDS: Final[dict[str, tuple[Any, tuple[object, ...]]]] = {
    "articles.addresses.slug": (slug, (NAME,)),  # titles
    "imports.columns.cells.parse_date": (parse_date, ("1 mar 2024", "day", ZoneInfo("UTC"))),  # cells of a file
    "imports.columns.fields.field_for": (field_for, (NAME,)),  # heads of its columns
    "intake.language_model.load_model": (load_model, (LanguageModelSettings(),)),  # answers quote the article
    "newsroom.settings._read_lines": (_read_lines, (f'name "{NAME}"',)),  # names and addresses
    "public.routes.caching._salt": (_salt, ("1", Newsroom(method_en=NAME), "", "")),  # texts of the settings
    "scores.counting.fold_hedge": (fold_hedge, (NAME,)),
    "scores.totals._find_sums": (_find_sums, ((("hedge", 0, NAME),), "flat", 1, 2)),
    "search.folding._fold_letters": (_fold_letters, (NAME,)),
    "search.folding._fold_word": (_fold_word, (NAME,)),
    "search.name_keys.name_key": (name_key, (NAME,)),
    "suggest.french.find_tense": (find_tense, (NAME,)),
    "suggest.hedges.compile_hedges": (compile_hedges, ((HedgeRule("en", NAME, "hedged", 1, 2),), "en")),
    "suggest.similarity._stem": (_stem, (NAME,)),
}
# The others, by what they keep instead.
WITHOUT_WORDS: Final = {
    "numbers, days and fixed keys, as they are drawn": """
        claims.cells.draw_state claims.cells.draw_day claims.cells.draw_review claims.cells.draw_likelihood
        claims.cells._draw_evidence web.formatting._written web.formatting.rel web.formatting.number""",
    "statements, whose values come when they run; a queue is asked for by ids": """
        accounts.queries._working api.reading._BASE_QUERIES api.reading._CLAIM_QUERIES claims.queries.claim_page._claim
        claims.queries.claim_page._newest_of claims.queries.claim_rows._claims claims.queries.claim_rows._translated
        claims.queries.claim_rows._labels claims.queries.claim_rows._stances accounts.queries._names
        claims.queries.choices._topics
        claims.queries.queue._all_counts claims.queries.queue._group_ids claims.queries.queue._others_ids
        ledger.queries._of_subject notifications.in_app._counts notifications.outbox._is_orphaned
        notifications.producers.requests._not_asked notifications.producers.requests._not_asked_again
        scores.totals._add_statement sql._compile""",
    "names of owners, for as long as one page is drawn": "claims.queue_lines.draw_owner",
    "what ships with the program": """
        accounts.roles._expand claims.criteria_templates._placeholders clock.list_timezones imports.columns.fields._by_name
        imports.columns.keywords._outcomes imports.columns.keywords._members imports.columns.keywords._languages
        imports.columns.keywords._own_names_of_languages notifications.channels.mime._templates public.card._fonts
        public.routes.caching._look_up public.routes.caching._look_up_whole search.folding._make_lemmatizer
        suggest.criteria._load suggest.cues.load_cues suggest.cues._load_index suggest.french._infinitives
        suggest.hedges.load_default_hedges suggest.linear.load_model web.assets.digest web.catalogues.translations
        web.forms.base._builtin web.forms.base._labels web.language_names._name web.language_names._suggestions
        web.language_names._tags""",
    "what this machine is": "net.connections._tls notifications.channels.smtp._tls web.hosts._machine",
    "the application of the readers' copy": "server.static_copy_job.lru_cache",
    "what packages register, and counters": """
        ledger.descriptors.EVENT_KINDS ledger.descriptors.ROW_KINDS ledger.descriptors.CHILD_TABLES
        ledger.descriptors.PRIVACY_CHECKS ledger.descriptors.TEXT_STORES ledger.descriptors.ROW_CHECKS
        ledger.recording._watchers web.i18n._page""",
}
EMPTY: Final = {"{}", "[]", "set()", "dict()", "list()", "OrderedDict()", "WeakKeyDictionary()"}
KEEPING: Final = {"cache", "lru_cache", "word_cache"}


def _find_caches(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """The caches of a module and what makes them: decorated functions, other calls, and containers that are empty at first."""
    decorators = set()
    for node in ast.walk(tree):
        for each in node.decorator_list if isinstance(node, ast.FunctionDef) else []:
            name = ast.unparse(each.func if isinstance(each, ast.Call) else each).split(".")[-1]
            if name in KEEPING:
                decorators.add(each)
                yield node.name, name
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node not in decorators and ast.unparse(node.func).split(".")[-1] in KEEPING:
            yield "lru_cache", "lru_cache"
    for node in tree.body:
        value = getattr(node, "value", None)
        if isinstance(node, ast.Assign | ast.AnnAssign) and value is not None and ast.unparse(value) in EMPTY:
            yield ast.unparse(node.target if isinstance(node, ast.AnnAssign) else node.targets[0]), "container"


def _list_caches() -> dict[str, str]:
    found = {}
    for path in sorted(TRACKER.rglob("*.py")):
        if path.name != "word_caches.py":
            module = ".".join(path.relative_to(TRACKER).with_suffix("").parts)
            found |= {f"{module}.{name}": how for name, how in _find_caches(ast.parse(path.read_text("utf-8")))}
    return found


def test_every_cache_is_listed_with_what_it_keeps():
    found = _list_caches()
    assert {name for name, how in found.items() if how == "word_cache"} == WITH_WORDS.keys()
    assert {name for name, how in found.items() if how != "word_cache"} == set(" ".join(WITHOUT_WORDS.values()).split())
    assert {id(each) for each in WORDS.caches} == {id(each) for each, _ in WITH_WORDS.values()}


@pytest.mark.parametrize("name", WITH_WORDS)
def test_cache_of_words_is_empty_after_erasing(name: str, database: Database):
    cached, arguments = WITH_WORDS[name]
    cached(*arguments)
    assert cached.cache_info().currsize > 0
    scrub(database)
    assert cached.cache_info().currsize == 0


def test_words_leave_a_process_that_erases_nothing_and_is_not_asked_again():
    caches = WordCaches(every=0.01)
    keep: Callable[[str], str] = caches.keep(8)(str.upper)
    for word in ("quackenbush", "zebulon"):
        assert keep(word) == word.upper()
        wait_until(lambda: not caches.caches[0].cache_info().currsize)


def test_restarted_caches_are_empty_and_start_a_thread_of_their_own():
    caches = WordCaches(every=3600)
    keep: Callable[[str], str] = caches.keep(8)(str.upper)
    keep("zebulon")
    first = caches._thread
    assert first is not None
    caches.restart()
    assert caches.caches[0].cache_info().currsize == 0
    assert caches._thread is None
    assert keep("quackenbush") == "QUACKENBUSH"
    assert caches._thread is not None
    assert caches._thread is not first
    assert caches._thread.is_alive()
    assert caches.caches[0].cache_info().currsize == 1


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # newer versions of Python warn where there are threads
def test_forked_process_starts_without_the_words_and_threads_of_its_parent():
    name_key(NAME)
    parents, kept = WORDS._thread, name_key.cache_info().currsize
    assert parents is not None
    child = os.fork()
    if child == 0:  # nothing of pytest runs on in here
        status = 1
        try:
            is_new = WORDS._thread is None and not any(each.cache_info().currsize for each in WORDS.caches)
            name_key(NAME)
            has_own = WORDS._thread not in {None, parents} and WORDS._thread.is_alive()  # type: ignore[union-attr]
            status = 0 if is_new and has_own else 2
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert WORDS._thread is parents
    assert name_key.cache_info().currsize == kept
