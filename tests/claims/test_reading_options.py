"""What a newsroom adds when an article is read."""

from tests.factories import change_settings, make_article, make_claim, make_speaker, make_topic
from tracker.claims.queries.reading_options import load_options
from tracker.db import Database
from tracker.newsroom import settings
from tracker.suggest import Options, suggest


def options(database: Database, language: str = "en") -> Options:
    with database.reading() as session:
        return load_options(session, settings.load(session), language)


def test_speakers_on_file_are_recognised_by_alias(database: Database):
    speaker = make_speaker(database, "Ilse Oakes", aliases=("Mayor Oakes",))
    (found,) = suggest("“The pier will reopen in June,” said Mayor Oakes.", "en", None, options(database))
    assert found.speaker_key == speaker.id


def test_topics_are_those_that_editors_chose_for_similar_sentences(database: Database):
    ferries, wheat = make_topic(database, "Ferries", "Bacs"), make_topic(database, "Wheat", "Blé")
    article = make_article(database)
    make_claim(database, article=article, topics=[ferries], statement="The northern ferry line will be closed for the winter.")
    make_claim(database, article=article, topics=[wheat], statement="The harvest of grain will fall by a tenth.")
    (found,) = suggest("The southern ferry line will close in October.", "en", None, options(database))
    assert found.topics == (str(ferries.id),)


def test_topics_without_claims_are_found_by_their_label(database: Database):
    ferries = make_topic(database, "Ferries", "Bacs")
    (found,) = suggest("All ferries will stop in October.", "en", None, options(database))
    assert found.topics == (str(ferries.id),)


def test_withdrawn_claims_teach_no_topics(database: Database):
    other = make_topic(database, "Harbours", "Ports")
    make_claim(database, "withdrawn", topics=[other], statement="The northern ferry line will be closed for the winter.")
    (found,) = suggest("The northern ferry line will be closed for the winter.", "en", None, options(database))
    assert found.topics == ()


def test_hedge_table_and_switched_cues_are_those_of_the_newsroom(database: Database):
    change_settings(database, hedges="en; could; hedged; 20–40", cues_off="en:will fr:futur")
    assert options(database).cues_off == {"will"}
    assert options(database, "fr").cues_off == {"futur"}
    (found,) = suggest("The pier could close in June.", "en", None, options(database))
    assert found.likelihood == (20, 40)
