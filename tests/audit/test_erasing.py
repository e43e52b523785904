"""A name in every free text of a newsroom is erased: from events, rows, indexes, kept files and the bytes on the disk."""

import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import everyday, fresh, make_article, make_claim, make_editor
from tests.ledger.support import CHIEF, checked
from tests.public.sample import make_public
from tests.support.authenticator import Authenticator, add_passkey
from tests.support.marked_texts import FREE_TEXTS
from tests.support.web import Client, SignIn, form_token
from tracker import clock
from tracker.accounts import desks, invitations, tokens
from tracker.accounts.models import Editor, Invitation
from tracker.articles import services as articles
from tracker.articles.models import Article, ArticleText
from tracker.claims.enums import Outcome, SpeakerKind, Stance, VerdictKind
from tracker.claims.models import Claim, Evidence, NameClearance, Verdict
from tracker.claims.services import editing, moves, saved_views, speakers, topics, verdicts
from tracker.claims.services import evidence as work
from tracker.db import Base, Database
from tracker.errors import Forbidden, Invalid
from tracker.exports.archive import write_archive
from tracker.imports.models import ImportBadRow, ImportChunk, ImportJob, ImportMapping
from tracker.intake.models import ArticleReading, ArticleSource, Candidate, CandidateKind
from tracker.ledger import SYSTEM, Actor
from tracker.ledger.descriptors import TEXT_STORES
from tracker.ledger.erasing import Occurrences, erase, find_occurrences
from tracker.ledger.rows import tracked_tables
from tracker.ledger.texts import MARK, MASK
from tracker.net.ssrf_guard import Guard
from tracker.newsroom import settings
from tracker.notifications.models import Format, Webhook
from tracker.public.models import Publication, Report
from tracker.publishing.models import ReportMail
from tracker.webhooks import services as webhooks

NAME = "Zébulon Quackenbush"
FOLDED = ("quackenbush", "zebulon")
# Columns that hold no free text of people, or account data that is changed where accounts are.
EXEMPT = {
    "api_request": {"key", "body_sha256", "location", "body"},  # numbers and keys
    "api_token": {"token_hash", "scopes"},
    "article": {"language", "url_key"},  # the key follows the address
    "article_source": {"state", "host", "problem", "media_type", "charset", "sha256"},
    "article_reading": {"language", "note"},
    "article_search": {"folded"},  # made again from the rows
    "article_text": {"sha256"},
    "candidate": {"criteria_kind", "topic_ids"},
    "candidate_cue": {"name"},
    "chain_head": {"hash"},
    "claim": {"language", "quote_language", "recall_to", "restore_to"},
    "claim_search": {"folded"},
    "claim_topic": {"status"},
    "claim_translation": {"language"},
    "editor": {
        "email", "name", "password", "language", "theme", "fs_uniquifier", "tf_primary_method", "tf_totp_secret",
        "mf_recovery_codes",
    },
    "editor_session": {"sid_hash", "ended_because", "address"},
    "event": {"actor", "subject", "kind", "canonical", "prev_hash", "hash"},
    "event_texts": {"texts"},  # erased by their places
    "external_identity": {"issuer", "subject"},  # account data
    "feed_token": {"token_hash"},
    "form_token": {"token", "location"},
    "import_job": {"kind", "sha256", "state"},
    "invitation": {"roles", "language", "ended_because"},
    "one_time_link": {"purpose", "token_hash", "mail"},
    "passkey": {"credential_id", "public_key", "user_handle"},
    "name_clearance": {"field"},
    "public_change": {"kind", "ref", "line"},  # the public copies are made again from the rows
    "public_claim": {"state", "outcome", "body", "etag"},
    "public_head": {"ledger_hash"},
    "public_score": {"kind", "body"},  # numbers alone
    "public_score_article": {"etag"},
    "public_score_cell": {"kind", "certainty"},
    "public_search": {"folded"},
    "publication": {"state", "body", "etag"},
    "report_mail": {"purpose", "language"},
    "report": {"kind", "language", "network", "state"},
    "reminder": {"kind", "subject", "recipient", "channel", "step", "lease_token", "message_id", "reason"},
    "role": {"name", "permissions"},
    "scheduler": {"name"},
    "score_cell": {"certainty", "hedge"},  # counted again from the claims
    "score_total": {"dimension", "text", "part", "certainty"},
    "topic_cell": {"certainty"},
    "setting": {"key"},
    "sign_in_limit": {"key_hash"},
    "speaker": {"name_key"},  # follows the name
    "speaker_search": {"folded"},
    "tick": {"job"},
    "topic": {"label_en_key", "label_fr_key"},
    "webhook": {"salt"},
    "webhook_event": {"event"},
}  # fmt: skip


def text_columns() -> dict[str, list[sa.Column[Any]]]:
    kinds = (sa.String, sa.Text, sa.JSON, sa.LargeBinary)
    return {
        table.name: [
            column for column in table.columns if isinstance(column.type, kinds) and not isinstance(column.type, sa.Enum)
        ]
        for table in Base.metadata.sorted_tables
    }


def said(field: str) -> str:
    return f"The {field} names {NAME} here."


@pytest.fixture
def named(database: Database) -> Database:
    """A newsroom with the name in every free text."""
    ann, bob = (make_editor(database, name, roles=("chief", "admin", "editor")) for name in ("Ann Archer", "Bob Best"))
    with database.writing() as session:
        _write_articles(session, ann.actor)
        _write_claims(session, ann.actor, bob.actor)
        _write_newsroom(session, ann.actor)
        _write_publication(session)
    return database


def _write_articles(session: Session, actor: Actor) -> None:
    body = f"{NAME} speaks.\n\nThe ferry will stop, said {NAME} of the port."
    article = make_article(session, said("headline"), body=body, outlet=said("outlet"), author=said("author"))
    articles.edit(session, actor, article, version=article.version, title=said("new headline"))
    session.get_one(Article, article.id).external_id = f"from-{NAME}"
    speaker = speakers.add_speaker(
        session, actor=actor, name=NAME, kind=SpeakerKind.PERSON, affiliation=said("role"), aliases=(f"Old {NAME}",)
    )
    topic = topics.add_topic(session, actor=actor, label_en=f"Affairs of {NAME}", label_fr=f"Affaires de {NAME}")
    terms = {name: said(name) for name in ("statement", "hedge", "condition", "confirmed_if", "refuted_if")}
    make_claim(
        session, "due", article=article, speaker_id=speaker.id, topics=[topic], external_id=f"row-{NAME}",
        quote=f"The ferry will stop, said {NAME}", quote_kind="paraphrase", certainty="hedged", attribution="stated", **terms,
    )  # fmt: skip


def _write_claims(session: Session, ann: Actor, bob: Actor) -> None:
    own = session.scalars(select(Claim)).one()
    other = {name: said(name) for name in ("statement", "confirmed_if", "refuted_if", "condition")}
    editing.set_translation(session, own, "fr", other, actor=ann)
    work.add_note(session, own, said("note"), actor=ann)
    given = {name: said(name) for name in ("document", "title", "publisher", "locator", "note")}
    gone = work.add_evidence(session, own, actor=ann, stance=Stance.SUPPORTS, **given)
    address = "https://example.org/Zebulon-Quackenbush"
    work.add_evidence(
        session, own, actor=ann, stance=Stance.SUPPORTS, title=said("title"), url=address, archive_url=f"{address}/copy"
    )
    work.withdraw_evidence(session, own, gone.id, said("reason"), actor=ann)
    work.add_check(session, own, actor=ann, where_looked=said("place"), queries=NAME, found=said("result"), exhaustive=True)
    partly = replace(everyday(own, Outcome.PARTLY_CONFIRMED), rationale=said("rationale"), missing=said("missing part"))
    verdicts.propose(session, own, partly, actor=ann, version=own.version)
    verdicts.sign(session, own, actor=bob, version=own.version, note=said("note of the signer"))
    verdicts.add_postscript(session, own, said("postscript"), actor=ann)
    moves.reopen(session, own, VerdictKind.CORRECTION, said("reason to reopen"), actor=ann, version=own.version)
    day = clock.today("Europe/Paris") + timedelta(days=9)
    moves.postpone(session, own, day, said("reason to wait"), actor=ann, version=own.version)


def _write_newsroom(session: Session, actor: Actor) -> None:
    assert actor.editor_id is not None
    settings.change(session, actor, name=f"Desk of {NAME}")
    saved_views.save_view(session, actor.editor_id, f"Claims of {NAME}", f"q={NAME}")
    given = {"name": NAME, "format": Format.STANDARD, "events": ["claim.due"], "url": "https://example.org/hook"}
    hook, _ = webhooks.add(session, actor, guard=Guard(), secret_key="s" * 32, **given)
    session.get_one(Webhook, hook.id).said = said("answer")
    owner = session.get_one(Editor, actor.editor_id)
    tokens.add(session, owner, f"Bot of {NAME}", ["read"], actor=actor, today=clock.today("UTC"))
    add_passkey(session, owner, Authenticator(), f"Phone of {NAME}")
    desks.add(session, f"Desk of {NAME}", actor=SYSTEM)
    asked = {"language": "en", "actor": actor, "by_mail": True}
    invitations.invite(session, "zebulon.quackenbush@example.org", NAME, ["editor"], **asked)
    invitations.withdraw(session, session.scalars(select(Invitation.id)).one(), actor=actor)
    table = io.BytesIO()
    with zipfile.ZipFile(table, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("sheet.xml", f"<c>{NAME}</c>")
    for content in (f"claim\n{NAME}\n".encode("cp1252"), table.getvalue()):
        job = ImportJob(name=f"{NAME}.csv", size=1, sha256="0" * 64, state="done", editor_id=actor.editor_id)
        job.about, job.plan, job.fault = json.dumps({"names": [NAME]}), json.dumps({"columns": {NAME: "x"}}), said("fault")
        session.add(job)
        session.flush()
        session.add(ImportChunk(job_id=job.id, number=0, body=content))
        session.add(ImportBadRow(job_id=job.id, line=2, cells=json.dumps([NAME]), problems="[]"))
    session.add(ImportMapping(name=f"Map of {NAME}", plan=json.dumps({"speaker": NAME})))


def _write_publication(session: Session) -> None:
    session.add(Publication(article_id=1, state="offline", slug="zebulon-quackenbush-speaks", offline_line=said("line")))
    report = Report(kind="reply", language="en", body=said("report"), due_on=clock.today("Europe/Paris"), answer=said("answer"))
    report.name, report.email = NAME, "zebulon.quackenbush@example.org"
    session.add(report)
    session.flush()
    mail = ReportMail(report_id=report.id, purpose="answer", address=report.email, language="en", fault=said("fault"))
    texts = {name: said(name) for name in ("file_name", "title", "author", "outlet", "body")}
    packed = zlib.compress(f"<p>{NAME}</p>".encode())
    session.add_all((mail, ArticleSource(state="read", packed=packed, **texts)))
    session.add(NameClearance(claim_id=1, field="rationale", reason=said("reason")))
    session.add(ArticleReading(id=1, article_id=1, text_number=1, language="en"))
    session.flush()
    proposed = {name: said(name) for name in ("statement", "speaker_name", "hedge", "confirmed_if", "refuted_if")}
    place = {"reading_id": 1, "quote_start": 0, "quote_end": 9, "paragraph": 1}
    session.add(Candidate(kind=CandidateKind.LIKELY, **place, **proposed))


def rows_with_the_name(database: Database) -> dict[str, int]:
    """How many rows of each column hold the name, folded or not."""
    found: dict[str, int] = {}
    with database.reading() as session:
        for name, columns in text_columns().items():
            for column in columns:
                for value in session.scalars(select(column)):
                    text = _read(value) if isinstance(value, bytes) else str(value)
                    if any(word in text.lower() for word in FOLDED):
                        found[f"{name}.{column.name}"] = found.get(f"{name}.{column.name}", 0) + 1
    return found


def _read(content: bytes) -> str:
    try:
        return zlib.decompress(content).decode("latin-1")
    except zlib.error:
        return content.decode("latin-1")


def _unpack(content: bytes) -> Iterator[str]:
    """What a file holds, and each file within it."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        yield content.decode("utf-8")
        return
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            yield name
            yield from _unpack(archive.read(name))


def erase_everywhere(database: Database, browser: Client) -> None:
    """As a chief editor does it: the name as people write it, then as addresses do."""
    for words in (NAME, "Zebulon-Quackenbush", "zebulon.quackenbush"):
        found = browser.post("/record/erase", data={"words": words})
        assert found.status_code == 200
        keys = re.findall(r'name="places" value="([^"]+)" checked', found.text)
        if not keys:
            continue
        asked = {"words": words, "places": keys, "reason": "A private person"}
        token = form_token(browser.post("/record/erase/look", data=asked))
        assert browser.post("/record/erase/now", data={**asked, "form_token": token}).status_code == 303


def test_the_newsroom_has_the_name_in_every_free_text(named: Database):
    found = rows_with_the_name(named)
    wanted = {f"{table}.{column}" for table, columns in FREE_TEXTS.items() for column in columns}
    # An account's name is changed where accounts are.
    assert wanted - found.keys() == {"editor.name"}


def test_every_text_column_is_reached_by_erasing_or_exempt():
    reached = {f"{each.table.name}.{name}" for each in tracked_tables().values() for name in each.view.texts}
    reached |= {column for store in TEXT_STORES.values() for column in store.columns}
    exempt = {f"{table}.{column}" for table, columns in EXEMPT.items() for column in columns}
    keys = {
        f"{each.table.name}.{column.name}"
        for each in tracked_tables().values()
        for column in each.table.columns
        if column.name in each.view.plain
    }
    every = {f"{table}.{column.name}" for table, columns in text_columns().items() for column in columns}
    assert every - reached - exempt - keys == set(), "register a text store for it (ledger/text_stores.py)"
    assert reached & exempt == set()


def test_an_erased_name_is_nowhere(named: Database, sign_in: SignIn):
    browser = sign_in("chief")
    erase_everywhere(named, browser)
    assert rows_with_the_name(named) == {}
    claim = "/claims/1"
    pages = ("", "/history", "/edit", "/dossier", "/dossier?desk=1", "/dossier.jsonl?desk=1", "/verdict", "/quote", "/topics")
    others = ("/record", "/articles/1", "/articles", "/speakers", "/speakers/1", "/topics", "/claims", "/exports", "/settings")
    files = ("/export/verdicts.csv", "/export/verdicts.jsonl", "/export/verdicts.xlsx")
    for address in (*(f"{claim}{page}" for page in pages), *others, *files):
        answer = browser.get(address, follow_redirects=True)
        assert answer.status_code == 200, address
        texts = list(_unpack(answer.data))
        assert len(texts) > (5 if address.endswith(".xlsx") else 0)
        assert not any(word in text.lower() for word in FOLDED for text in texts), address
    assert 'href="/claims/1"' not in browser.get("/claims?q=quackenbush").text
    report = checked(named, rows=True)
    assert report.ok, report.findings


def test_archive_of_everything_loses_an_erased_name(named: Database, sign_in: SignIn, tmp_path: Path):
    def hits() -> int:
        with named.reading() as session:
            write_archive(tmp_path / "all.zip", session)
        texts = [text.lower() for text in _unpack((tmp_path / "all.zip").read_bytes())]
        assert "history.jsonl" in texts
        return sum(text.count(word) for text in texts for word in FOLDED)

    assert hits() > 0
    erase_everywhere(named, sign_in("chief"))
    assert hits() == 0


def test_the_bytes_of_the_database_hold_no_erased_name(named: Database, sign_in: SignIn):
    if not named.is_sqlite:
        pytest.skip("PostgreSQL keeps old row versions until a vacuum; docs/history.md says so")
    files = [Path(f"{named.url.database}{ending}") for ending in ("", "-wal")]

    def hits() -> int:
        content = b"".join(file.read_bytes() for file in files if file.exists()).lower()
        return sum(content.count(word.encode()) for word in FOLDED) + content.count("zébulon".encode())

    assert hits() > 0
    erase_everywhere(named, sign_in("chief"))
    assert hits() == 0


def test_text_of_a_written_once_row_becomes_the_mark(named: Database):
    with named.writing() as session:
        erase(session, NAME, find_occurrences(session, NAME), "A private person", CHIEF)
    with named.reading() as session:
        verdict = session.scalars(select(Verdict)).first()
        assert verdict is not None
        assert (verdict.rationale, verdict.missing) == (MARK, MARK)
        (text,) = session.scalars(select(ArticleText))
        assert (
            text.body
            == f"{MASK * 7} {MASK * 11} speaks.\n\nThe ferry will stop, said {MASK * 7} {MASK * 11} of the port.".replace(
                f"{MASK * 7} {MASK * 11}", MASK * len(NAME)
            )
        )
        evidence = session.scalars(select(Evidence).where(Evidence.url.is_not(None))).one()
        assert evidence.url == "https://example.org/Zebulon-Quackenbush"
        assert evidence.title == MARK


def test_the_claim_becomes_newer_so_that_an_open_form_cannot_bring_the_words_back(named: Database):
    with named.reading() as session:
        before = session.get_one(Claim, 1).version
    with named.writing() as session:
        erase(session, NAME, find_occurrences(session, NAME), "A private person", CHIEF)
    with named.reading() as session:
        assert session.get_one(Claim, 1).version == before + 1


def test_only_a_chief_erases_and_the_reason_repeats_nothing(named: Database):
    with named.reading() as session:
        found = find_occurrences(session, NAME)
    for actor, reason, refusal in ((SYSTEM, "Private", Forbidden), (CHIEF, f"It is {NAME}", Invalid), (CHIEF, " ", Invalid)):
        with pytest.raises(refusal), named.writing() as session:
            erase(session, NAME, found, reason, actor)
    with named.reading() as session:
        assert find_occurrences(session, NAME).count == found.count


def test_what_is_not_chosen_stays(named: Database):
    with named.writing() as session:
        found = find_occurrences(session, NAME)
        rows = [each for each in found.rows if each.field == "hedge"]
        erase(session, NAME, Occurrences([], rows, {}), "A private person", CHIEF)
    with named.reading() as session:
        claim = session.get_one(Claim, 1)
        assert claim.hedge == MARK
        assert NAME in claim.statement
        left = find_occurrences(session, NAME)
    assert left.places == found.places
    assert len(left.rows) == len(found.rows) - 1


def test_erasing_finds_words_without_case_or_accents(named: Database):
    with named.reading() as session:
        count = find_occurrences(session, NAME).count
        for words in (NAME.upper(), NAME.lower(), "Ze\u0301bulon Quackenbush"):
            assert find_occurrences(session, words).count == count, words
        assert find_occurrences(session, "Zebulon Quackenbusch").count == 0


def test_words_of_one_claim_are_left_in_another(database: Database):
    one, other = (make_claim(database, statement=said("statement")) for _ in range(2))
    with database.writing() as session:
        erase(session, NAME, find_occurrences(session, NAME, f"claim:{one.id}"), "A private person", CHIEF)
    with database.writing() as session:
        assert fresh(session, one).statement == MARK
        assert fresh(session, other).statement == said("statement")


def test_erasing_makes_a_candidate_newer_so_that_an_open_form_is_refused(named: Database):
    with named.writing() as session:
        erase(session, NAME, find_occurrences(session, NAME), "A private person", CHIEF)
    with named.reading() as session:
        candidate = session.scalars(select(Candidate)).one()
        assert (candidate.statement, candidate.version) == (MARK, 2)


def test_public_copies_lose_an_erased_name(database: Database, sign_in: SignIn):
    claim = make_public(database, statement=f"{NAME} will resign.")
    address = f"/public/en/claims/{claim.id}"
    assert {"public_claim.body", "public_search.folded"} <= rows_with_the_name(database).keys()

    browser = sign_in("chief")
    assert NAME in browser.get(address).text
    erase_everywhere(database, browser)

    assert rows_with_the_name(database) == {}
    for page in (address, f"{address}.json", "/public/en/", "/public/en/verdicts.atom"):
        assert not any(word in browser.get(page).text.lower() for word in FOLDED), page
