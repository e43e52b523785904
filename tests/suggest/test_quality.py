"""What `make bench-suggest` measures on our own articles must not fall behind what was promised."""

import importlib.util
import sys
from pathlib import Path

import pytest

from tracker.suggest import Kind
from tracker.suggest.linear import load_model
from tracker.suggest.reading import read_sentences

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def bench():
    spec = importlib.util.spec_from_file_location("bench_suggest", ROOT / "tools/bench_suggest.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def count(bench, language):
    """Of each label, how many sentences there are and how many of them are marked in the two upper strengths."""
    total, shown = {}, {}
    for article in bench.load_own(bench.OWN):
        if article.language == language:
            marks = [each for each in bench.read(article) if each.kind is not Kind.INTENTION]
            for expected in article.sentences:
                total[expected.label] = total.get(expected.label, 0) + 1
                shown[expected.label] = shown.get(expected.label, 0) + (bench.find_mark(expected, marks) is not None)
    return total, shown


@pytest.mark.parametrize(("language", "precision", "recall"), [("fr", 0.85, 0.88), ("en", 0.80, 0.84)])
def test_predictions_of_our_own_articles_are_found(bench, language, precision, recall):
    total, shown = count(bench, language)
    assert total["yes"] > 50
    assert shown["yes"] / (shown["yes"] + shown["no"]) >= precision
    assert shown["yes"] / total["yes"] >= recall


@pytest.mark.parametrize("language", ["fr", "en"])
def test_intentions_are_few_among_the_marks(bench, language):
    _, shown = count(bench, language)
    assert shown["borderline"] / sum(shown.values()) <= 0.4


@pytest.mark.parametrize("language", ["fr", "en"])
def test_deadlines_are_the_stated_ones_in_four_of_five_cases(bench, language):
    stated = picked = 0
    for article in bench.load_own(bench.OWN):
        if article.language == language:
            marks = bench.read(article)
            for expected in (each for each in article.sentences if each.latest):
                mark = bench.find_mark(expected, marks)
                if mark is not None:
                    stated += 1
                    picked += mark.deadline is not None and mark.deadline.latest == expected.latest
    assert stated > 20
    assert picked / stated >= 0.8


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_sentence_whose_score_marks_it_is_marked(bench, language):
    """None is dropped for want of a cue to show: where cues weigh nothing of their own, their group's weight explains it."""
    model, scored, found = load_model(language), [], []
    for article in (each for each in bench.load_own(bench.OWN) if each.language == language):
        read = [each for each in read_sentences(article.text, language, article.published_on) if each.can_be_marked]
        scored += [each.sentence.text for each in read if model.judge(each.features)[0] is not None]
        found += [each.text for each in bench.read(article)]
    assert len(scored) > 50
    assert found == scored


def test_bench_runs_where_no_data_is_beside_the_project(bench, capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "argv", ["bench_suggest", "--data", str(tmp_path / "none"), "--dev", str(tmp_path / "none")])
    bench.main()
    printed = capsys.readouterr().out
    assert "own articles fr" in printed
    assert "labelled articles: left out" in printed
    assert "held-back folds: left out" in printed
