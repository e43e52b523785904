"""The training tool: the same labels give the same bytes. Needs the dependency group `train`."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def data(tmp_path):
    """A small folder of labels: our own sentences, each as an article of its own line."""
    pytest.importorskip("sklearn")
    folder = tmp_path / "data"
    (folder / "labels").mkdir(parents=True)
    (folder / "texts").mkdir()
    sentences = [json.loads(line) for line in (ROOT / "tools/suggest_sentences.jsonl").read_text(encoding="utf-8").splitlines()]
    lines, sources = [], []
    for number in range(16):
        name = f"a{number}"
        body, start = "Title\n\n", 7
        for each in sentences[number::16]:
            body += each["text"] + "\n\n"
            lines.append(
                {
                    "id": name,
                    "lang": "en",
                    "start": start,
                    "end": start + len(each["text"]),
                    "label": each["label"],
                    "set": "article",
                }
            )
            start = len(body)
        (folder / "texts" / f"{name}.txt").write_text(body, encoding="utf-8")
        sources.append({"id": name, "published_on": "2024-03-05"})
    (folder / "labels/train.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    (folder / "labels/sources.json").write_text(json.dumps(sources), encoding="utf-8")
    return folder


def train(data, out):
    out.mkdir()
    command = [sys.executable, str(ROOT / "tools/train_suggest.py"), "--data", str(data), "--out", str(out), "--language", "en"]
    # The labels of places belong to texts that are not here.
    command += ["--only-data"]
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    return (out / "model.en.json").read_bytes()


def test_training_is_reproducible_to_the_byte(data, tmp_path):
    first = train(data, tmp_path / "first")
    assert first == train(data, tmp_path / "second")
    assert json.loads(first)["trained_on"]["sentences"] > 100


def test_training_learns_that_will_predicts(data, tmp_path):
    weights = json.loads(train(data, tmp_path / "out"))["claim"]["weights"]
    assert weights["c:will"] > 0 > weights["c:than_expected"]


def test_further_labels_are_looked_up_in_the_texts_beside_them_and_keep_their_weight(tmp_path):
    (tmp_path / "own/labels").mkdir(parents=True)
    (tmp_path / "own/texts").mkdir()
    (tmp_path / "own/texts/a.txt").write_text("Title\n\nThe mill will reopen.", encoding="utf-8")
    place = {"id": "a", "lang": "en", "published_on": "2024-03-05", "start": 7, "end": 28, "label": "yes", "set": "article"}
    file = tmp_path / "own/labels/labels.jsonl"
    file.write_text(json.dumps(place | {"weight": 2}), encoding="utf-8")
    command = "import sys, pathlib, suggest_data as d; [r] = d.load_rows([pathlib.Path(sys.argv[1])], None)"
    command += "; print(r.text, r.weight, 'c:will' in r.features)"
    run = subprocess.run(
        [sys.executable, "-c", command, str(file)],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": f"{ROOT / 'tools'}:{ROOT}"},
    )
    assert run.stdout == "The mill will reopen. 2.0 True\n"
