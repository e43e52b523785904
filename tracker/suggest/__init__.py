"""Reads an article and suggests the sentences in it that may be predictions. Pure: no database, no web, nothing but the text.

    from tracker.suggest import Options, suggest

    for each in suggest(text, "fr", published_on, Options(hedges=table, speakers=known, topics=examples, cues_off=off)):
        each.kind, each.text, each.cues, each.deadline

`suggest` is the whole of it; `Options` carries a newsroom's own tables as values. For sorting what was found there are
`statements.propose_statement`, `criteria.propose_criteria`, `similarity.find_similar` (near-duplicates) and
`matching.match_claims` (claims without a quote). `docs/suggest.md` explains what is marked and why, and how to add a cue.
"""

from tracker.suggest.cues import CueRule, load_cues
from tracker.suggest.hedges import load_default_hedges, read_hedge
from tracker.suggest.languages import LANGUAGES, detect_language
from tracker.suggest.reading import find_deadlines, suggest
from tracker.suggest.values import IGNORED, Cue, Deadline, HedgeRule, Kind, KnownSpeaker, Options, Suggestion, TopicExample

__all__ = [
    "IGNORED",
    "LANGUAGES",
    "Cue",
    "CueRule",
    "Deadline",
    "HedgeRule",
    "Kind",
    "KnownSpeaker",
    "Options",
    "Suggestion",
    "TopicExample",
    "detect_language",
    "find_deadlines",
    "load_cues",
    "load_default_hedges",
    "read_hedge",
    "suggest",
]
