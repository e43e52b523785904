"""How often 95 % intervals hold the true rate when the claims of one article stand or fall together.

Prints, for numbers of articles, true rates and correlations, the coverage and mean width of Wilson's interval and ours.
Takes a minute: `python -m tools.simulate_intervals [DRAWS]`.
"""

import sys
from collections.abc import Iterator
from random import Random

from tracker.scores.rates import ArticleSums, compute_rate, compute_wilson_interval

ARTICLES, RATES, CORRELATIONS = (4, 8, 15, 30), (0.3, 0.56, 0.85), (0.0, 0.1, 0.2, 0.4)
CLAIMS_MAX = 10


def draw_article(random: Random, rate: float, correlation: float) -> tuple[int, int]:
    """Return the claims and hits of an article whose own rate varies around the newsroom's (beta-binomial)."""
    own = rate
    if correlation:
        spread = (1 - correlation) / correlation
        own = random.betavariate(rate * spread, (1 - rate) * spread)
    claims = random.randint(1, CLAIMS_MAX)
    return claims, sum(random.random() < own for _ in range(claims))


def simulate(draws: int, seed: int = 7) -> Iterator[tuple[int, float, float, float, float, float, float]]:
    """Yield articles, rate, correlation, then coverage and mean width of the plain and of our interval."""
    random = Random(seed)
    for articles in ARTICLES:
        for rate in RATES:
            for correlation in CORRELATIONS:
                held, width = [0, 0], [0.0, 0.0]
                for _ in range(draws):
                    found = compute_rate(
                        ArticleSums.from_articles(draw_article(random, rate, correlation) for _ in range(articles))
                    )
                    assert found is not None
                    plain = compute_wilson_interval(found.value, found.claims)
                    for number, (low, high) in enumerate((plain, (found.low, found.high))):
                        held[number] += low <= rate <= high
                        width[number] += high - low
                yield articles, rate, correlation, held[0] / draws, width[0] / draws, held[1] / draws, width[1] / draws


def main() -> None:
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else 1_200
    print("articles  rate  correlation | plain: held, width | ours: held, width")
    for articles, rate, correlation, *figures in simulate(draws):
        print(f"{articles:8d}  {rate:.2f}  {correlation:11.1f} | " + "  ".join(f"{figure:.3f}" for figure in figures))


if __name__ == "__main__":
    main()
