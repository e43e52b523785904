"""What a newsroom adds when an article is read: hedge table, cues switched off, speakers, topics chosen before."""

from itertools import groupby
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.claims.enums import Status
from tracker.claims.models import Claim, ClaimTopic, Speaker, SpeakerAlias, Topic
from tracker.newsroom.cue_switches import list_cues_off
from tracker.newsroom.hedge_table import load_table
from tracker.newsroom.settings import Newsroom
from tracker.sql import among
from tracker.suggest import KnownSpeaker, Options, TopicExample

SPEAKERS_MAX: Final = 5_000
EXAMPLES_MAX: Final = 600  # claims whose topics are learnt from, the newest


def load_options(session: Session, newsroom: Newsroom, language: str) -> Options:
    """The options of `suggest` for an article in this language. Keys of speakers are their ids, topics their ids as text."""
    return Options(
        hedges=load_table(newsroom.hedges),
        speakers=load_known_speakers(session),
        topics=load_topic_examples(session, language),
        cues_off=list_cues_off(newsroom.cues_off, language),
    )


def load_known_speakers(session: Session) -> tuple[KnownSpeaker, ...]:
    """The newest SPEAKERS_MAX speakers on file with their aliases, those merged into another left out."""
    query = (
        select(Speaker.id, Speaker.name).where(Speaker.merged_into_id.is_(None)).order_by(Speaker.id.desc()).limit(SPEAKERS_MAX)
    )
    names = {row.id: row.name for row in session.execute(query)}
    aliases: dict[int, list[str]] = {}
    held = select(SpeakerAlias.speaker_id, SpeakerAlias.name).where(among(session, SpeakerAlias.speaker_id, names))
    for row in session.execute(held.order_by(SpeakerAlias.id)):
        aliases.setdefault(row.speaker_id, []).append(row.name)
    return tuple(KnownSpeaker(key, name, tuple(aliases.get(key, ()))) for key, name in names.items())


def load_topic_examples(session: Session, language: str) -> tuple[TopicExample, ...]:
    """Passages and statements with the topics that editors chose for them, the newest first; then the labels of all topics."""
    recent = (
        select(Claim.id)
        .where(Claim.status != Status.WITHDRAWN, select(ClaimTopic.claim_id).where(ClaimTopic.claim_id == Claim.id).exists())
        .order_by(Claim.id.desc())
        .limit(EXAMPLES_MAX)
        .subquery()
    )
    chosen = (
        select(Claim.id, Claim.quote, Claim.statement, ClaimTopic.topic_id)
        .join(ClaimTopic, ClaimTopic.claim_id == Claim.id)
        .where(Claim.id.in_(select(recent.c.id)))
        .order_by(Claim.id.desc(), ClaimTopic.topic_id)
    )
    found = []
    for _claim, lines in groupby(session.execute(chosen), key=lambda row: row.id):
        rows = list(lines)
        words = " ".join(filter(None, (rows[0].quote, rows[0].statement)))
        found.append(TopicExample(words, tuple(str(row.topic_id) for row in rows)))
    labels = session.scalars(select(Topic).order_by(Topic.id.desc()).limit(EXAMPLES_MAX))
    return (*found, *(TopicExample(topic.label(language), (str(topic.id),)) for topic in labels))
