"""What is slow on purpose, or done once by a process that serves thousands of requests, made cheap for the tests."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from jinja2 import Environment, FileSystemBytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

from tracker.accounts import passwords
from tracker.web import i18n

_HASHING = {"MEMORY_KIB": passwords.MEMORY_KIB, "PASSES": passwords.PASSES, "_hasher": passwords._hasher}


class CompiledTemplates(FileSystemBytecodeCache):
    """Templates compiled once a run for all applications of all workers: that took most of the time of the tests of pages."""

    def get_bucket(self, environment: Environment, name: str, filename: str | None, source: str) -> Bucket:
        # The small applications of `tests/web` compile the same templates in another way.
        return super().get_bucket(environment, f"{type(environment).__name__}-{name}", filename, source)

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        return f"{i18n.language()}-{super().get_cache_key(name, filename)}"  # compiled once for each language


def keep_compiled_templates(folder: Path) -> None:
    """From now on, every application of this process takes them from a folder."""
    folder.mkdir(exist_ok=True)
    Flask.jinja_options = {"bytecode_cache": CompiledTemplates(str(folder))}


def compile_rules_once() -> None:
    """From now on, what builds addresses is compiled for the first application only: that was most of the time of making one."""
    compile_builder, compiled = Rule._compile_builder, dict[tuple[object, ...], Callable[..., tuple[str, str]]]()

    def compile_once(rule: Any, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = (append_unknown, rule.rule, repr(rule.defaults), *rule._trace)
        if key not in compiled:
            compiled[key] = compile_builder(rule, append_unknown)
        return compiled[key]

    Rule._compile_builder = compile_once  # type: ignore[method-assign]


def hash_cheaply() -> None:
    """From now on, a hash of a password takes a hundredth of its time."""
    cheap = {"MEMORY_KIB": 64, "PASSES": 1, "_hasher": PasswordHasher(1, 64, 1)}
    for name, value in cheap.items():
        setattr(passwords, name, value)


@pytest.fixture
def real_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed as in a newsroom, by applications that are made from now on."""
    for name, value in _HASHING.items():
        monkeypatch.setattr(passwords, name, value)
