"""How often a token may ask: a token bucket in the memory of each worker, so that counting costs no query."""

import math
import threading
from dataclasses import dataclass
from typing import Final

from tracker import clock

WINDOW: Final = 60  # seconds
LIMITS: Final = {"read": 600, "write": 60}  # requests in WINDOW
_KEPT_MAX: Final = 10_000


@dataclass(frozen=True)
class Allowance:
    """What is left after a request. `wait`: seconds until the next one, 0 where it was let through."""

    policy: str
    quota: int
    remaining: int
    reset: int  # seconds until all of it is there again
    wait: int = 0


class RateLimit:
    """The buckets of one worker."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._buckets: dict[tuple[int, str], tuple[float, float]] = {}  # what is left, and when that was so

    def take(self, token_id: int, policy: str) -> Allowance:
        """Count one request of a token."""
        quota, now = LIMITS[policy], clock.monotonic()
        rate = quota / WINDOW
        with self._lock:
            left, since = self._buckets.get((token_id, policy), (float(quota), now))
            left = min(float(quota), left + (now - since) * rate)
            is_let_through = left >= 1
            left -= is_let_through
            if len(self._buckets) >= _KEPT_MAX:
                self._forget_full(now)
            self._buckets[token_id, policy] = (left, now)
        wait = 0 if is_let_through else math.ceil((1 - left) / rate)
        return Allowance(policy, quota, int(left), math.ceil((quota - left) / rate), wait)

    def _forget_full(self, now: float) -> None:
        self._buckets = {key: value for key, value in self._buckets.items() if now - value[1] < WINDOW}
