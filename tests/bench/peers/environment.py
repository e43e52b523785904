"""The environment of the peers: made once for each list of requirements, kept in the temporary folder."""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

REQUIREMENTS: Final = Path(__file__).with_name("requirements.txt")


def make_environment() -> Path:
    """Return the folder with the programs of the environment. Raises CalledProcessError when a part cannot be installed."""
    fingerprint = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"tracker-bench-peers-{fingerprint}"
    if not (folder / "made").exists():
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([folder / "bin" / "pip", "install", "-qq", "--requirement", REQUIREMENTS], check=True)
        (folder / "made").touch()
    return folder / "bin"
