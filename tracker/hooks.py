"""Hooks: what a package calls in packages above it, which it cannot import. `tracker.wiring` connects them in every process."""

from collections.abc import Callable
from typing import Generic, ParamSpec

P = ParamSpec("P")


class Hook(Generic[P]):
    """Functions that run where the hook is called: in that transaction, in the order of their registration."""

    def __init__(self) -> None:
        self._functions: list[Callable[P, object]] = []

    def register(self, function: Callable[P, object]) -> None:
        """Add a function. Adding it twice does nothing."""
        if function not in self._functions:
            self._functions.append(function)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> None:
        for function in self._functions:
            function(*args, **kwargs)
