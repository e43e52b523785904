"""Modules that are imported when they are first used, and what a worker has imported before its first request."""

import subprocess
import sys

import pytest

from tracker.on_demand import OnDemand, left_out

# Megabytes or tens of milliseconds each, for pages that most workers never serve.
HEAVY = (
    "PIL", "authlib", "cryptography", "email.policy", "fido2", "icalendar", "joserfc", "lxml", "openpyxl", "qrcode", "requests",
    "simplemma", "tracker.suggest.speakers", "tracker.suggest.statements", "tracker.suggest.times_en", "tracker.suggest.times_fr",
    "trafilatura", "yaml", "zxcvbn",
)  # fmt: skip
AREAS = "import sys; from tracker.app import load_areas; load_areas()"


def imported(code: str) -> set[str]:
    """The names of all modules that a new process has after this code."""
    command = [sys.executable, "-c", f"{code}; print(*sys.modules)"]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())


def test_worker_imports_no_heavy_library_before_it_is_used() -> None:
    found = imported(AREAS)

    assert "tracker.accounts.oidc" in found
    assert found.isdisjoint(HEAVY)


def test_scheduler_imports_little_that_the_server_did_not_before_its_fork() -> None:
    ours = {name for name in imported(f"{AREAS}; import tracker.scheduler") - imported(AREAS) if name.startswith("tracker.")}

    assert "tracker.notifications.jobs" in ours
    assert len(ours) <= 30


def test_module_on_demand_is_imported_with_its_first_name() -> None:
    found = imported("import sys; from tracker.on_demand import OnDemand; colours = OnDemand('colorsys'); colours")
    used = imported("import sys; from tracker.on_demand import OnDemand; OnDemand('colorsys').rgb_to_hls")

    assert "colorsys" not in found
    assert "colorsys" in used


def test_module_on_demand_gives_what_the_module_has() -> None:
    import colorsys

    assert OnDemand("colorsys").rgb_to_hls is colorsys.rgb_to_hls
    with pytest.raises(AttributeError, match="nothing_of_this_name"):
        _ = OnDemand("colorsys").nothing_of_this_name


def test_left_out_module_cannot_be_imported_within_and_can_afterwards() -> None:
    sys.modules.pop("colorsys", None)
    with left_out("colorsys"), pytest.raises(ImportError):
        import colorsys
    import colorsys

    assert colorsys.rgb_to_hls


def test_left_out_keeps_what_is_imported_already() -> None:
    import colorsys

    with left_out("colorsys"):
        assert sys.modules["colorsys"] is colorsys
    assert sys.modules["colorsys"] is colorsys


def test_commands_that_keep_running_import_no_web_application() -> None:
    """`serve` sets where worker processes count requests before the first of them is counted."""
    assert imported("import sys, tracker.server.commands").isdisjoint({"prometheus_client", "flask", "tracker.app"})
