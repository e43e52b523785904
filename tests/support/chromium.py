"""Where the browser is. Run as a program, it prints the path, or fails."""

import glob
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

# The one without windows first: it draws the same and takes a third of the time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLACES = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "~/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    # Where Playwright's own download would lie.
    "~/.cache/ms-playwright/chromium-*/chrome-linux*/chrome",
    "~/Library/Caches/ms-playwright/chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
)

# Nothing but the pages under test may move, and nothing may leave the machine.
ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-features=OptimizationHints,MediaRouter,Translate,CertificateTransparencyComponentUpdater,DialMediaRouteProvider",
    "--disable-sync",
    "--metrics-recording-only",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-pings",
    # The small shared memory of containers is not enough for it.
    "--disable-dev-shm-usage",
    # Letters come out alike on every machine.
    "--font-render-hinting=none",
    "--force-color-profile=srgb",
)


@cache
def find() -> Path:
    """The first browser that starts here; `CHROMIUM` names one. Raises RuntimeError."""
    chosen = os.environ.get("CHROMIUM")
    for path in [chosen] if chosen else _candidates():
        if _starts(path):
            return Path(path)
    raise RuntimeError(
        f"CHROMIUM={chosen} does not start" if chosen else "No Chromium or Google Chrome found; make browser installs one"
    )


def arguments() -> list[str]:
    """How to start it; as root only without its sandbox."""
    return [*ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]


def _candidates() -> list[str]:
    named = [path for name in NAMES if (path := shutil.which(name))]
    return named + [path for place in PLACES for path in sorted(glob.glob(os.path.expanduser(place)), reverse=True)]


def _starts(path: str) -> bool:
    # A name may stand for a package that is not there yet.
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=60, check=False)
    except OSError:
        return False
    return said.returncode == 0 and "chrom" in said.stdout.lower()


if __name__ == "__main__":
    try:
        print(find())
    except RuntimeError as missing:
        sys.exit(str(missing))
