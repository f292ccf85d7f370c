"""The commands `figure` and `report`: each figure from training to picture and page, on a tiny home."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is only in the trainer's environment")

from custom_components.smartguard.core.layers import Workspace
from trainer import datasets, report
from trainer.__main__ import main
from trainer.datasets import HomeData
from trainer.detector import detectors
from trainer.engines.in_process import InProcess
from trainer.memory import STATUS, peak_growth_mb
from trainer.paper.figures import (
    FIGURES,
    case,
    command,
    complexity,
    course,
    mask_grid,
    noise_weight,
    page,
    similarity,
    sizes,
    study,
)
from trainer.paper.figures.course import STRATEGIES
from trainer.smartguard import SmartGuard

from .said import refusal
from .tiny_home import NAME, arrays, write

PNG = b"\x89PNG"
EPOCHS = "2"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return write(tmp_path / "data")


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sweep over fewer values, with small networks, and in this process."""
    sized = {"embedding": 16, "layer": 1}
    for name, options in study.SETTINGS.items():
        monkeypatch.setitem(study.SETTINGS, name, replace(options, **sized))
        monkeypatch.setitem(study.SWEEPS, name, replace(options, **sized))
        monkeypatch.setitem(noise_weight.WEIGHTED, name, replace(noise_weight.WEIGHTED[name], **sized))
    monkeypatch.setattr(course, "PAPERS", study.SETTINGS["paper"])
    monkeypatch.setattr(mask_grid, "RATIOS", (0.2, 0.4))
    monkeypatch.setattr(mask_grid, "STEPS", (1, 5))
    monkeypatch.setattr(sizes, "SWEPT", {"embedding": (16, 32), "layer": (1, 2)})
    monkeypatch.setattr(complexity, "detectors", lambda: {n: detectors()[n] for n in ("LOF", "SmartGuard")})
    monkeypatch.setattr(command, "alone", InProcess)


def arguments(folder: Path, name: str, *more: str) -> list[str]:
    given = ["figure", name, "--dataset", NAME, "--data", str(folder), "--epochs", EPOCHS, "--seeds", "2"]
    out = [
        "--out",
        str(folder.parent / f"figure_{name}_{NAME}.json"),
        "--plot",
        str(folder.parent / f"{name}.png"),
    ]
    return [*given, "--engine", "in-process", "--cells", str(folder.parent / "cells"), *out, *more]


def made(folder: Path, name: str, *more: str) -> Any:
    """Make a figure and return its result."""
    assert main(arguments(folder, name, *more)) == 0
    assert (folder.parent / f"{name}.png").read_bytes().startswith(PNG)
    result = json.loads((folder.parent / f"figure_{name}_{NAME}.json").read_text(encoding="utf-8"))
    assert (result["figure"], result["dataset"], result["seeds"]) == (name, NAME, [0, 1])
    return result


def loaded(folder: Path) -> HomeData:
    return datasets.load(NAME, folder)


def test_mask_strategies_share_their_trainings(folder: Path) -> None:
    courses = made(folder, "6")
    cells = sorted(path.name for path in (folder.parent / "cells").iterdir())
    assert len(cells) == 2 * len(STRATEGIES)
    for record in courses["strategies"].values():
        assert all(len(band["mean"]) == int(EPOCHS) for band in record.values())
        assert record["mean"]["low"][0] <= record["mean"]["mean"][0] <= record["mean"]["high"][0]
    bars, losses, frequency = made(folder, "14"), made(folder, "15"), made(folder, "1")
    assert sorted(path.name for path in (folder.parent / "cells").iterdir()) == cells
    assert set(bars["strategies"]) == set(losses["strategies"]) == set(STRATEGIES)
    assert set(bars["strategies"]["none"]["hidden"]) == {"SD", "MD", "ODD"}
    uses = np.bincount(loaded(folder).split("train").control.reshape(-1))
    assert frequency["occurrences"] == uses[uses > 0].tolist()
    assert len(frequency["hidden"]["losses"]) == len(frequency["occurrences"])


def test_mask_grid_is_r_by_n(folder: Path) -> None:
    result = made(folder, "7")
    for metrics in result["settings"].values():
        assert np.shape([[value["mean"] for value in row] for row in metrics["f1"]]) == (2, 2)
        # with two epochs, five without a mask are all there are
        assert metrics["f1"][0][1] == metrics["f1"][1][1]
        assert metrics["auroc"][0][0] != metrics["auroc"][0][1]


def test_one_seed_is_no_interval() -> None:
    one, low, high = (study.spread(values) for values in ([0.9], [0.5, 0.51, 0.52], [0.9, 0.91, 0.92]))
    assert study.said(one) == "0.900"
    assert study.said(low).startswith("0.510 ± ")
    assert mask_grid.certainty(one, one) == "which one seed can not tell from chance"
    assert mask_grid.certainty(high, low).startswith("clear of")
    assert mask_grid.certainty(high, high).startswith("within")


def test_noise_weights_change_the_rates(folder: Path) -> None:
    rates = made(folder, "8")["settings"]["paper"]
    assert set(rates) == {"0.001", "0.01", "0.1", "1.0", "10.0", "100.0", "even"}
    assert all(0 <= rates[mu][rate]["mean"] <= 1 for mu in rates for rate in ("fpr", "fnr"))
    assert len({rates[mu]["fnr"]["mean"] for mu in rates}) > 1


def test_sizes_are_those_asked_for(folder: Path) -> None:
    for by_size in made(folder, "9")["settings"].values():
        assert [row["embedding"] for row in by_size["embedding"]] == [16, 32]
        assert by_size["embedding"][0]["parameters"] < by_size["embedding"][1]["parameters"]
        assert by_size["layer"][0]["parameters"] < by_size["layer"][1]["parameters"]


def test_case_shows_what_was_injected(folder: Path) -> None:
    result = made(folder, "10", "--epochs", "15")
    home = loaded(folder)
    attack = next(attack for attack in home.attacks if attack.kind == "MD")
    assert attack.injected is not None
    assert result["kind"] == "MD"
    assert [event["injected"] for event in result["events"]] == attack.injected[result["window"]].tolist()
    for record in result["settings"].values():
        assert np.sum(record["attention"], axis=1) == pytest.approx(np.ones(10), abs=1e-3)
        assert set(record["found"]) == {"SD", "MD", "ODD"}
    # the injected lock is a control that was never used
    assert result["settings"]["ours"]["found"]["MD"]["loss"]["mean"] > 0.9


def test_attention_received_leaves_out_ones_own(folder: Path) -> None:
    weights = np.random.default_rng(0).random((3, 4, 4))
    slow = [[sum(w[i, j] for i in range(4) if i != j) for j in range(4)] for w in weights]
    assert case.received(weights) == pytest.approx(np.array(slow))


def test_similarity_compares_controls_with_times(folder: Path) -> None:
    result = made(folder, "11")
    shares = np.array(result["observed"]["hour"])
    assert shares.sum(axis=1) == pytest.approx(np.ones(len(shares)), abs=1e-3)
    ours = result["settings"]["ours"]
    assert np.sum(ours["expected"]["hour"], axis=1) == pytest.approx(np.ones(len(shares)), abs=1e-2)
    assert np.abs(ours["similarity"]["day"]).max() <= 1
    assert result["settings"]["paper"]["agreement"]["expected"] == {}


def test_buckets_of_time(folder: Path) -> None:
    windows = loaded(folder).split("train")
    home = arrays()["train"]
    assert similarity.buckets(windows, "hour").tolist() == home[..., 1].reshape(-1).tolist()
    counts = np.zeros((13, 8))
    for bucket, control in zip(home[..., 1].reshape(-1), windows.control.reshape(-1), strict=True):
        counts[control, bucket] += 1
    seen = counts.sum(axis=1) > 0
    told = similarity.observed(windows, "hour")
    assert told[seen[: len(told)]] == pytest.approx(
        (counts / counts.sum(axis=1, keepdims=True).clip(1))[seen]
    )
    lasted = similarity.buckets(windows, "duration")
    hours = windows.duration.reshape(-1) / 3600
    assert all(similarity.DURATIONS[at] <= h for at, h in zip(lasted, hours, strict=True))


def test_agreement_is_rank_correlation() -> None:
    assert similarity.agreement([[1, 2, 3]], [[10, 20, 90]]) == pytest.approx(1)
    assert similarity.agreement([[1, 2, 3], [3, 2, 1]], [[10, 20, 90], [10, 20, 90]]) == pytest.approx(0)
    assert similarity.agreement([[1, 1]], [[1, 2]]) == 0


def test_complexity_measures_every_detector(folder: Path) -> None:
    found = made(folder, "complexity")["detectors"]
    assert set(found) == {"LOF", "SmartGuard", "SmartGuard, in sight"}
    assert found["SmartGuard"]["parameters"] > found["LOF"]["parameters"] == 0
    assert all(row[panel]["mean"] > 0 for row in found.values() for panel in ("train_s", "score_ms"))


@pytest.mark.skipif(not STATUS.exists(), reason="peak memory is read from /proc")
def test_peak_growth_counts_what_was_given_back() -> None:
    def take() -> None:
        Workspace(np.float32).take("much", 16, 1 << 20).fill(1)

    grown = peak_growth_mb(take)
    assert grown is not None
    assert 60 < grown < 100
    small = peak_growth_mb(lambda: None)
    assert small is not None
    assert small < 20


@pytest.mark.skipif(not STATUS.exists(), reason="peak memory is read from /proc")
def test_work_before_does_not_make_the_next_seem_small() -> None:
    def take() -> None:
        pieces = [np.ones(5000) for _ in range(1500)]  # 57 MB in pieces that the C library keeps when freed
        kept.append(np.ones(10) * len(pieces))  # above them, so that the heap cannot shrink from its end

    kept: list[np.ndarray] = []
    first, second = peak_growth_mb(take), peak_growth_mb(take)
    assert first is not None
    assert second == pytest.approx(first, abs=10)


def test_a_figure_is_the_same_twice(folder: Path) -> None:
    first = made(folder, "8")
    picture = (folder.parent / "8.png").read_bytes()
    second = made(folder, "8")
    assert first == second
    assert (folder.parent / "8.png").read_bytes() == picture


def test_page_holds_every_figure(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "PAGES", {"figures.md": page.__name__})
    docs = tmp_path / "docs"
    docs.mkdir()
    for name in ("1", "8"):
        made(folder, name)
    assert main(["report", "--results", str(folder.parent), "--docs", str(docs)]) == 0
    text = (docs / "figures.md").read_text(encoding="utf-8")
    assert text.startswith("<!-- Made by")
    assert text.index("## Figure 1: ") < text.index("## Figure 8: ")
    assert "images/figure_8_tiny.png" in text
    assert "scripts/trainer figure 8 --dataset tiny --seeds 0,1" in text
    assert "## Figure 7" not in text


@pytest.mark.parametrize("flag", ["--results", "--docs"])
def test_without_results_or_docs_no_page_is_touched(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], flag: str
) -> None:
    (tmp_path / "figures.md").write_text("before", encoding="utf-8")
    given = ["report", "--docs", str(tmp_path), flag, str(tmp_path / "none")]
    assert "expected a folder " in refusal(capsys, given)
    assert [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()] == ["before"]


def test_every_page_is_what_the_results_say(tmp_path: Path) -> None:
    assert main(["report", "--docs", str(tmp_path)]) == 0
    there = [name for name in report.PAGES if (report.DOCS / name).exists()]
    assert "paper_figures.md" in there
    for name in there:
        committed = (report.DOCS / name).read_text(encoding="utf-8")
        assert (tmp_path / name).read_text(encoding="utf-8") == committed, "run scripts/trainer report"


def test_settings_are_the_papers_and_ours() -> None:
    assert study.PAPERS.scoring == "visible"
    assert study.PAPERS.mask_strategy == "loss_guided"
    assert replace(SmartGuard.options_type(), epochs=study.EPOCHS) == study.OURS
    assert set(FIGURES) == {*"16789", "10", "11", "14", "15", "complexity"}


FIGURE = ["figure", "1", "--dataset", NAME]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            ["figure", "2", "--dataset", NAME],
            "expected one of 1, 6, 7, 8, 9, 10, 11, 14, 15, complexity, all",
        ),
        ([*FIGURE, "--dataset", "nowhere"], "expected a data set of tiny in"),
        ([*FIGURE, "--seeds", "none"], "expected how many seeds (3) or which (0,1,2), got 'none'"),
        ([*FIGURE, "--epochs", "0"], "expected a whole number of at least 1, got '0'"),
        (["figure", "all", "--dataset", NAME], "expected --out and --plot for one figure, got them with all"),
    ],
)
def test_bad_input_is_one_line_and_writes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], given: list[str], said: str
) -> None:
    out = ["--out", str(folder.parent / "o.json"), "--plot", str(folder.parent / "o.png")]
    assert said in refusal(capsys, [*given, "--data", str(folder), *out])
    assert [path.name for path in folder.parent.iterdir()] == ["data"]


def test_without_injected_positions_there_is_no_case(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder, {name: array for name, array in arrays().items() if not name.endswith("__injected")})
    said = refusal(capsys, arguments(folder, "10"))
    assert "expected attacks with injected positions of home tiny, got none" in said
