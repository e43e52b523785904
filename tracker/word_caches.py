"""Caches of what is worked out from people's words. Each process empties its own every minute, and at once when it erases a text:
the words that are erased in one process leave the memory of all, however idle they are.
"""

import os
import re
import threading
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from functools import _lru_cache_wrapper

T = TypeVar("T")

EVERY: Final = 60.0  # seconds


class WordCaches:
    """Caches that are emptied together, `every` so many seconds from the first use on."""

    def __init__(self, every: float) -> None:
        self.caches: list[_lru_cache_wrapper[Any]] = []
        self._every = every
        self.restart()

    def restart(self) -> None:
        """Start with nothing: of a process that was forked, its parent's words and none of its threads."""
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self.empty()

    def keep(self, maxsize: int) -> Callable[[Callable[..., T]], "_lru_cache_wrapper[T]"]:
        """Keep the last `maxsize` answers of a function. Hits cost what they do with `lru_cache`."""

        def decorate(function: Callable[..., T]) -> "_lru_cache_wrapper[T]":
            @wraps(function)
            def work(*args: Any, **kwargs: Any) -> T:
                if self._thread is None:
                    self._start()
                return function(*args, **kwargs)

            self.caches.append(lru_cache(maxsize)(work))
            return self.caches[-1]

        return decorate

    def empty(self) -> None:
        """Forget all words, and patterns that were made of words."""
        for each in self.caches:
            each.cache_clear()
        re.purge()

    def _start(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._empty_again, name="word-caches", daemon=True)
                self._thread.start()

    def _empty_again(self) -> None:
        pause = threading.Event()
        while not pause.wait(self._every):
            self.empty()


WORDS: Final = WordCaches(EVERY)
os.register_at_fork(after_in_child=WORDS.restart)
word_cache = WORDS.keep
