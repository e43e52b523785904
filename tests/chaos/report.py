"""What a trial came to."""

import statistics
from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Report:
    """What a trial came to."""

    database: str
    claims: int = 0
    messages: int = 0  # rows sent by mail or webhook
    kills: int = 0  # from outside, at any moment
    points: Counter[str] = field(default_factory=Counter)  # deaths at chosen points
    stops: int = 0
    lost: list[str] = field(default_factory=list)
    second_rows: int = 0
    after_death: Counter[int] = field(default_factory=Counter)  # repeats, by the process that died
    repeated: list[tuple[int, str]] = field(default_factory=list)  # the same one by one, and when each was accepted
    after_stop: int = 0  # repeats of what was sent by a process that then stood still
    after_silence: int = 0  # repeats of what arrived and was not answered in time
    after_slowness: int = 0  # repeats of what was marked after its lease had run out, by a process that got too little done
    unexplained: list[str] = field(default_factory=list)  # any other repeats
    # For how long a receiver had said nothing when another message was handed over before that one was marked.
    impatient: list[float] = field(default_factory=list)
    unanswered: int = 0  # tries that had no answer in time, whether they arrived or not
    takeovers: list[float] = field(default_factory=list)

    @property
    def deaths(self) -> int:
        return self.kills + sum(self.points.values())

    @property
    def most_after_one_death(self) -> int:
        return max(self.after_death.values(), default=0)

    @property
    def missed(self) -> list[str]:
        """The goals that were missed."""
        goals = {
            "lost": bool(self.lost),
            "second rows": bool(self.second_rows),
            "repeats without a cause": bool(self.unexplained),
            "several repeats after one death": self.most_after_one_death > 1,
        }
        return [name for name, is_missed in goals.items() if is_missed]

    @property
    def repeats(self) -> int:
        return self.after_death.total() + self.after_stop + self.after_silence + self.after_slowness + len(self.unexplained)

    def __str__(self) -> str:
        times = sorted(self.takeovers)
        told = f"median {statistics.median(times):.2f} s, longest {times[-1]:.2f} s of {len(times)}" if times else "none measured"
        return "\n".join(
            [
                f"{self.database}: {self.claims} claims, {self.messages} messages accepted",
                f"  deaths by SIGKILL: {self.deaths} ({self.kills} from outside, {sum(self.points.values())} at chosen points)",
                *(f"    {point}: {count}" for point, count in sorted(self.points.items())),
                f"  stopped by SIGSTOP and continued: {self.stops}",
                f"  lost: {len(self.lost)}",
                *(f"    {each}" for each in self.lost[:20]),
                f"  second outbox rows for one reason: {self.second_rows}",
                f"  repeats on the wire, by key: {self.repeats}",
                f"    after a death: {self.after_death.total()} (after {len(self.after_death)} deaths,"
                f" at most {self.most_after_one_death} after one)",
                *(f"      process {name}: {what}" for name, what in self.repeated if self.after_death[name] > 1),
                f"    after standing still: {self.after_stop}",
                f"    not answered in time: {self.after_silence}",
                f"    marked after the lease had run out: {self.after_slowness}",
                f"    none of these: {len(self.unexplained)}",
                *(f"      {each}" for each in self.unexplained[:20]),
                f"  tries without an answer in time: {self.unanswered}",
                f"  did not wait for a receiver that said nothing: {len(self.impatient)}"
                f" (after {', '.join(f'{each:.1f}' for each in self.impatient) or '-'} s)",
                f"  another leads after: {told}",
                f"  goals missed: {', '.join(self.missed) or 'none'}",
            ]
        )
