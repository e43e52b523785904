"""Writes every kind of event there is into a furnished newsroom, by the services, imports and jobs that write them."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from passlib.totp import TOTP
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import everyday, make_claim, make_topic
from tests.imports.support import Importing
from tests.ledger.support import CHIEF
from tests.support import authenticator
from tests.support.newsroom import Newsroom
from tests.support.web import PASSWORD
from tracker import clock
from tracker.accounts import desks, external_sign_in, invitations, passkeys, people, second_factor, tokens
from tracker.accounts.models import Editor, Invitation
from tracker.accounts.oidc import Identity
from tracker.articles import services as articles
from tracker.articles.models import Article
from tracker.claims.enums import Attribution, SpeakerKind, Visibility
from tracker.claims.models import Claim, Hold, Relation, Speaker, Topic
from tracker.claims.services import editing, evidence, holds, moves, name_guard, quoting, speakers, topics, undo, verdicts
from tracker.config import SignInSettings
from tracker.ledger import anchors, erasing, redaction
from tracker.newsroom import cue_switches, hedge_table
from tracker.notifications import preferences
from tracker.notifications.models import Webhook
from tracker.publishing import people as people_cards
from tracker.publishing import services as publishing
from tracker.suggest import HedgeRule
from tracker.webhooks import services as hooks

FILE = "claim,speaker,due,topics\nImported by the thousand.,Ilse Imported,2031-02-03,Harbours\nImported as well.,,2031-02-04,\n"


def write_every_event(room: Newsroom, folder: Path, importing: Importing) -> None:
    """Complete the newsroom: with a restore from a backup, every kind that a package describes has then been written."""
    for part in (_claims, _undo, _people, _accounts, _webhooks, _publication):
        with room.database.writing() as session:
            part(session, room)
    _imports(importing)
    with room.database.writing() as session:
        (place, *_) = redaction.find_text(session, f"claim:{room.number('FULL')}", "ring the port")
        redaction.redact(session, place.seq, [place.field], "A private matter", CHIEF)
    with room.database.writing() as session:
        words = "Sent by fax."
        erasing.erase(session, words, erasing.find_occurrences(session, words), "A private matter", CHIEF)
    with room.database.writing() as session:
        anchors.drop(session, folder, clock.today("Europe/Paris"))


def _claims(session: Session, room: Newsroom) -> None:
    boss = room.people["boss"].actor

    def claim(name: str) -> Claim:
        return session.get_one(Claim, room.number(name))

    own = claim("OPEN")
    topic = make_topic(session, "Ferries", "Bacs")
    editing.set_topics(session, own, (topic.id,), actor=boss)
    editing.assign(session, own, None, actor=boss)
    relation = session.get_one(Relation, room.number("RELATION"))
    evidence.unrelate(session, own, relation.id, actor=boss)
    own = claim("LOST")
    moves.postpone(session, own, clock.today("Europe/Paris") + timedelta(days=9), "Too early", actor=boss, version=own.version)
    quoting.keep(session, claim("FULL"), number=2, actor=boss)
    own = claim("WITHDRAWN")
    moves.restore(session, own, "It was no duplicate", actor=boss, version=own.version)
    own = claim("PROPOSED")
    verdicts.recall(session, own, actor=room.people["ben"].actor, version=own.version)
    own = claim("RETURNED")
    second = session.scalars(select(Editor).where(Editor.email == "second@example.org")).one()
    verdicts.decide(session, own, everyday(own), actor=second.actor, version=own.version)
    article = session.get_one(Article, room.number("ARTICLE"))
    articles.edit(session, boss, article, version=article.version, outlet="The Harbour Daily")


def _undo(session: Session, room: Newsroom) -> None:
    own = session.get_one(Claim, room.number("OPEN"))
    undo.undo(session, own, actor=room.people["boss"].actor, version=own.version)


def _people(session: Session, room: Newsroom) -> None:
    boss = room.people["boss"].actor
    speaker, twin = session.get_one(Speaker, room.number("SPEAKER")), session.get_one(Speaker, room.number("TWIN"))
    other = speakers.add_speaker(session, actor=boss, name="O. Ilse", kind=SpeakerKind.PERSON)
    given: dict[str, Any] = {"kind": SpeakerKind.PERSON, "affiliation": "Port", "aliases": ("Oaks",)}
    speakers.edit_speaker(session, twin, actor=boss, name="Ines Oakes", **given)
    speakers.merge(session, twin, other.id, actor=boss)
    speakers.unmerge(session, twin, actor=boss)
    topic = session.get_one(Topic, room.number("TOPIC"))
    topics.edit_topic(session, topic, actor=boss, label_en="Public works", label_fr="Travaux publics")
    assert speaker.merged_into_id is None


def _passkeys(session: Session, ben: Editor) -> None:
    for name in ("Phone", "Laptop"):
        row = authenticator.add_passkey(session, ben, authenticator.Authenticator(), name)
    passkeys.rename(session, ben, row.id, "Old laptop", actor=ben.actor)
    passkeys.remove(session, ben, row.id, actor=ben.actor)


def _desks(session: Session, boss: Editor, ben: Editor) -> None:
    culture = desks.add(session, "Culture", actor=boss.actor)
    desks.assign(session, ben, culture.id, actor=boss.actor)
    desks.rename(session, culture.id, "Arts", actor=boss.actor)
    desks.assign(session, ben, None, actor=boss.actor)
    desks.remove(session, culture.id, actor=boss.actor)


def _accounts(session: Session, room: Newsroom) -> None:
    boss = session.get_one(Editor, room.people["boss"].id)
    ben = session.get_one(Editor, room.people["ben"].id)
    keeper = second_factor.Keeper(room.secret_key)
    second_factor.begin(session, ben, keeper)
    key = second_factor.key_to_scan(ben, keeper)
    codes = second_factor.confirm(session, ben, str(TOTP(key=key, format="base32").generate().token), keeper, actor=ben.actor)
    assert second_factor.check(session, ben, codes[0], keeper)
    second_factor.renew_codes(session, ben, actor=ben.actor)
    _passkeys(session, ben)
    _desks(session, boss, ben)
    second_factor.turn_app_off(session, ben, actor=ben.actor)
    second_factor.turn_off(session, ben, actor=boss.actor)
    people.set_roles(session, ben, ["editor", "viewer"], actor=boss.actor)
    people.set_password(session, ben, f"{PASSWORD} again", actor=ben.actor)
    late, new = session.scalars(select(Invitation).where(Invitation.ended_at.is_(None)).order_by(Invitation.email))
    path = invitations.again(session, new.id, actor=boss.actor, by_mail=False)
    invitations.withdraw(session, late.id, actor=boss.actor)
    invitations.accept(session, str(path).rpartition("/")[2], "New Colleague", PASSWORD)
    token, _ = tokens.add(session, ben, "Website box", ["read", "propose"], actor=ben.actor, today=clock.today("Europe/Paris"))
    tokens.revoke(session, token.id, actor=boss.actor)
    preferences.set_leave(session, ben, clock.today("Europe/Paris") + timedelta(days=3), boss.id, actor=ben.actor)
    identity = Identity("https://login.example.org", "subject-1", ben.email, True, "Ben")
    assert external_sign_in.find_or_create(session, identity, SignInSettings()) is ben
    gone = session.get_one(Editor, room.people["key"].id)
    hedge_table.save_line(session, boss.actor, HedgeRule("sans doute", "fr", "hedged", 40, 60))
    cue_switches.switch_cue(session, boss.actor, "fr", "futur", is_on=False)
    people.disable(session, gone, actor=boss.actor)
    people.enable(session, gone, actor=boss.actor)


def _webhooks(session: Session, room: Newsroom) -> None:
    hook, boss = session.get_one(Webhook, room.number("HOOK")), room.people["boss"].actor
    hooks.change(session, hook, boss, name="Site", events=["claim.due", "verdict.signed"])
    hooks.renew_secret(session, hook, boss, secret_key=room.secret_key)
    hooks.pause(session, hook, boss)
    hooks.resume(session, hook, boss)
    hooks.remove(session, hook, boss)


def _publication(session: Session, room: Newsroom) -> None:
    boss = room.people["boss"].actor
    own = session.get_one(Claim, room.number("FULL"))
    check = evidence.add_check(session, own, actor=boss, where_looked="There", found="Nothing")
    evidence.set_check_visibility(session, own, check.id, Visibility.PUBLIC, actor=boss)
    name_guard.allow_name(session, own, "statement", "Named by the port itself.", actor=boss)
    hold = session.scalars(select(Hold).where(Hold.released_at.is_(None))).one()
    holds.release(session, session.get_one(Claim, hold.claim_id), hold.verdict_id, actor=boss)
    spoken, tomorrow = room.number("SPOKEN"), clock.now() + timedelta(days=1)
    publishing.publish(session, spoken, actor=boss, go_live_at=tomorrow)
    publishing.unschedule(session, spoken, actor=boss)
    publishing.set_noindex(session, spoken, True, actor=boss)
    publishing.publish(session, spoken, actor=boss, go_live_at=tomorrow)
    speaker = speakers.add_speaker(session, actor=boss, name="The old captain", kind=SpeakerKind.PERSON)
    article = session.get_one(Article, spoken)
    named = {"statement": "The old captain will leave.", "speaker_id": speaker.id, "attribution": Attribution.IMPLIED}
    make_claim(session, "open", article=article, **named)
    publishing.go_live_due(session, tomorrow, limit=5)
    for shown in (True, False):
        people_cards.show_card(session, speaker.id, shown, reason="A public office.", actor=boss)


def _imports(importing: Importing) -> None:
    article = {"article_title": "Imported forecasts", "article_published_on": "2024-01-15", "language": "en"}
    importing(FILE, defaults=article).run()
    importing(FILE.replace("Imported", "Brought"), defaults=article).run_in_batches()
