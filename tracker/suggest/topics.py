"""Topics for a sentence, from those that editors gave to similar ones."""

from collections.abc import Sequence
from typing import Final

from tracker.suggest.similarity import measure_similarity, weigh_words
from tracker.suggest.values import TopicExample

_LEAST: Final = 0.18  # how alike a sentence must be to count
_MOST: Final = 2_000  # examples looked at
_NEAREST: Final = 8


class TopicGuesser:
    """Compares sentences with examples; built once for an article."""

    def __init__(self, examples: Sequence[TopicExample]) -> None:
        self._examples = examples[:_MOST]
        self._weights = weigh_words(each.text for each in self._examples)

    def guess(self, sentence: str, most: int = 2) -> tuple[str, ...]:
        """The topics of the most similar examples, the best first; none where nothing is similar."""
        alike = sorted(
            ((measure_similarity(sentence, each.text, self._weights), each) for each in self._examples), key=lambda one: -one[0]
        )
        votes: dict[str, float] = {}
        for value, example in alike[:_NEAREST]:
            if value >= _LEAST:
                for topic in example.topics:
                    votes[topic] = votes.get(topic, 0.0) + value
        ranked = sorted(votes, key=lambda topic: (-votes[topic], topic))
        best = votes[ranked[0]] if ranked else 0.0
        return tuple(topic for topic in ranked[:most] if votes[topic] >= best / 2)
