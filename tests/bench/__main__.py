"""`python -m tests.bench [--size 10k,100k] [--only queue,search] [--on sqlite,postgresql] [--output FILE] [--keep FOLDER]`."""

import argparse
import os
import platform
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from tests.bench import newsrooms
from tests.bench.desk import Desk, Figure, desk
from tests.bench.newsrooms import Newsroom
from tests.bench.paths import PATHS, READERS_PATHS

SIZES = {"1k": 1_000, "10k": 10_000, "100k": 100_000, "1m": 1_000_000}
Lines = list[tuple[str, int, Figure]]


def main() -> int:
    """Make the newsrooms, measure, print. 1 if a bound is broken."""
    options = _options()
    found: Lines = []
    with ExitStack() as stack:
        folder = stack.enter_context(newsrooms.folder(options.keep))
        server = stack.enter_context(newsrooms.server(folder)) if "postgresql" in options.on else None
        rooms: dict[tuple[str, str], list[Newsroom]] = defaultdict(list)
        kinds = sorted({_kind(name) for name in options.only})
        for kind, size in ((kind, size) for kind in kinds for size in options.size):
            _say(f"making {size:,} claims in SQLite")
            room = newsrooms.on_sqlite(folder, size, kind)
            rooms["sqlite", kind].append(room)
            if server is not None:
                _say(f"pouring {size:,} claims into PostgreSQL")
                rooms["postgresql", kind].append(newsrooms.on_postgresql(server, room))
        for backend in options.on:
            places = {kind: [stack.enter_context(desk(room)) for room in rooms[backend, kind]] for kind in kinds}
            for name in options.only:
                seats = places[_kind(name)]
                _say(f"{backend}: {name}")
                for line in _in_turns(name, seats):
                    found.append(line)
                    print(_line(*line, found), flush=True)
    text = _table(found)
    print(text)
    if options.output:
        with open(options.output, "w", encoding="utf-8") as file:
            file.write(text)
    return int("✗" in text)


def _kind(name: str) -> str:
    """Which newsrooms a path is measured in."""
    return newsrooms.READERS if name in READERS_PATHS else ""


def _in_turns(name: str, seats: list[Desk]) -> Iterator[tuple[str, int, Figure]]:
    """What is found on one path. All newsrooms are measured at once, a round here and a round there."""
    waiting = [(seat, PATHS[name](seat)) for seat in seats]
    while waiting:
        for each in list(waiting):
            seat, steps = each
            try:
                figure = next(steps)
            except StopIteration:
                waiting.remove(each)
                continue
            if figure is not None:
                yield seat.newsroom.backend, seat.newsroom.claims, figure


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--size", default="10k,100k", help=f"any of {', '.join(SIZES)}, the smallest first")
    parser.add_argument("--only", default=",".join(PATHS), help=f"any of {', '.join(PATHS)}")
    parser.add_argument("--on", default="sqlite,postgresql")
    parser.add_argument("--output", help="write the table here, too")
    parser.add_argument("--keep", type=Path, help="keep the newsrooms in this folder, and use what is there")
    options = parser.parse_args()
    try:
        options.size = sorted(SIZES[size] for size in options.size.lower().split(","))
        options.only = [name for name in PATHS if name in {PATHS[each] and each for each in options.only.split(",")}]
    except KeyError as unknown:
        parser.error(f"there is no {unknown}")
    options.on = options.on.split(",")
    return options


def _say(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {what} …", file=sys.stderr, flush=True)


def _line(backend: str, size: int, figure: Figure, found: Lines) -> str:
    cells = [f"{figure.path:<34}", f"{backend:<10}", f"{size:>9,}", f"{figure.cost.cpu * 1000:>10.1f} ms"]
    for against, cpu, most in _comparisons(backend, size, figure, found):
        cells.append(_judged(f"{figure.cost.cpu / cpu:.2f} × {against}", figure.cost.cpu / cpu, most))
    cells += [_judged(f"{value:.1f} {name}", value, most) for name, (value, most) in figure.other.items()]
    return "  ".join(cells)


def _comparisons(backend: str, size: int, figure: Figure, found: Lines) -> list[tuple[str, float, float]]:
    compared = [(name, cpu, most) for name, (cpu, most) in figure.beside.items()]
    smallest = min((line for line in found if line[0] == backend and line[2].path == figure.path), key=lambda line: line[1])
    if figure.small is not None and smallest[1] < size:
        compared.append((f"at {smallest[1]:,}", smallest[2].cost.cpu, figure.small))
    return compared


def _judged(text: str, value: float, most: float) -> str:
    return f"{text} {'✓' if value <= most else '✗'} (≤ {most:g})"


def _table(found: Lines) -> str:
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    head = f"{time.strftime('%Y-%m-%d %H:%M')}, {machine}"
    order = {path: place for place, path in enumerate(dict.fromkeys(line[2].path for line in found))}
    lines = sorted(found, key=lambda line: (line[0], order[line[2].path], line[1]))
    return "\n".join([head, "", *(_line(*line, found) for line in lines), ""])


if __name__ == "__main__":
    sys.exit(main())
