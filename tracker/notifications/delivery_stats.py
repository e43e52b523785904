"""What a round came to."""

import threading
from dataclasses import dataclass, field


@dataclass
class DeliveryStats:
    """What a round came to, in messages but for `cancelled`, which counts reasons to send one."""

    sent: int = 0
    cancelled: int = 0
    retried: int = 0
    set_aside: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def add(self, **counts: int) -> None:
        """Count something; from any thread."""
        with self._lock:
            for name, count in counts.items():
                setattr(self, name, getattr(self, name) + count)

    def as_dict(self) -> dict[str, object]:
        """For a tick."""
        return {name: getattr(self, name) for name in ("sent", "cancelled", "retried", "set_aside")}
