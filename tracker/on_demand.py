"""Modules that few requests need: imported when they are first used, so that a worker that never does has no memory of them.

if TYPE_CHECKING:
    import qrcode
else:
    qrcode = OnDemand("qrcode")
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module


class OnDemand:
    """A proxy of a module, which is imported when the first of its names is read. Threads may share it."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> object:
        return getattr(import_module(self._name), attribute)


@contextmanager
def left_out(*names: str) -> Iterator[None]:
    """Raise ImportError for these modules within, for libraries that import optional parts where they find them."""
    added = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(added))  # type: ignore[arg-type]  # None: not importable
    try:
        yield
    finally:
        for name in added:
            del sys.modules[name]
