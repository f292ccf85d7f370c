"""One contract for every detector that is discovered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is only in the trainer's environment")

from custom_components.smartguard.core.embedding import LEVELS
from custom_components.smartguard.core.errors import ArtifactDamagedError, SmartGuardError
from custom_components.smartguard.core.windows import Windows
from trainer import datasets
from trainer.baselines.lof import Lof
from trainer.detector import (
    Detector,
    Judged,
    NotFittedError,
    OptionError,
    detectors,
    named,
    options_of,
)
from trainer.metrics import counted, ranked
from trainer.reference import Reference
from trainer.smartguard import PAPER, SmartGuard, SmartGuardOptions
from trainer.threads import one_thread

from .tiny_home import CONTROLS, NAME, write

SMALL = {"embedding": 16, "epochs": 20, "layer": 1, "batch": 32, "mask_step": 2}
EVERY = sorted(detectors())
TABLE_3 = {  # recall and F1 of the paper's Table 3
    ("an", "LOF", "SD"): (0.0275, 0.0519),
    ("an", "LOF", "MD"): (0.0745, 0.1357),
    ("an", "OCSVM", "SD"): (0.5399, 0.5862),
    ("an", "OCSVM", "MD"): (0.6039, 0.6553),
    ("an", "IsolationForest", "SD"): (0.4105, 0.4972),
    ("an", "IsolationForest", "MD"): (0.4039, 0.4824),
    ("an", "6thSense", "SD"): (0.4680, 0.5196),
    ("an", "6thSense", "MD"): (0.5941, 0.6215),
    ("fr", "LOF", "SD"): (0.3541, 0.4804),
    ("fr", "LOF", "MD"): (0.4275, 0.5192),
    ("fr", "OCSVM", "SD"): (0.5918, 0.6612),
    ("fr", "OCSVM", "MD"): (0.4384, 0.5534),
    ("fr", "IsolationForest", "SD"): (0.2444, 0.3655),
    ("fr", "IsolationForest", "MD"): (0.2980, 0.4230),
    ("fr", "6thSense", "SD"): (0.2907, 0.4167),
    ("fr", "Aegis", "MD"): (0.7098, 0.3827),
}


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    with one_thread():
        yield


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> datasets.HomeData:
    return datasets.load(NAME, write(tmp_path_factory.mktemp("home")))


def small(kind: type[Detector], seed: int = 3) -> Detector:
    known = {field.name for field in fields(kind.options_type)}
    return kind(CONTROLS + 1, seed, options_of(kind, {k: v for k, v in SMALL.items() if k in known}))


@pytest.fixture(scope="module")
def learned(home: datasets.HomeData) -> dict[str, Detector]:
    made = {name: small(kind) for name, kind in detectors().items()}
    for detector in made.values():
        detector.fit(*home.learnable())
    return made


def test_the_papers_models_are_discovered() -> None:
    paper = {"LOF", "IsolationForest", "6thSense", "Aegis", "OCSVM", "Autoencoder", "ARGUS", "TransAE"}
    assert paper | {"SmartGuard", "Reference"} <= set(EVERY)
    assert named("isolationforest") is detectors()["IsolationForest"]
    with pytest.raises(OptionError, match=r"expected a model of 6thSense, .*, got 'Oracle'"):
        named("Oracle")


@pytest.mark.parametrize("name", EVERY)
class TestContract:
    def test_score_before_fit_is_a_clear_error(
        self, home: datasets.HomeData, name: str, tmp_path: Path
    ) -> None:
        detector = small(detectors()[name])
        with pytest.raises(NotFittedError, match=f"expected {name} to have learned before it scores"):
            detector.score(home.split("test"))
        with pytest.raises(NotFittedError, match=f"expected {name} to have learned before it is saved"):
            detector.save(tmp_path / "model")
        assert not (tmp_path / "model").exists()

    def test_score_is_pure(self, home: datasets.HomeData, learned: dict[str, Detector], name: str) -> None:
        windows = home.split("test")
        before = windows.take(slice(None))
        scores = learned[name].score(windows)
        assert scores.shape == (len(windows),)
        assert np.isfinite(scores).all()
        np.testing.assert_array_equal(learned[name].score(windows), scores)
        order = np.random.default_rng(0).permutation(len(windows))[:17]
        np.testing.assert_allclose(
            learned[name].score(windows.take(order)), scores[order], rtol=1e-4, atol=1e-5
        )
        for field in fields(Windows):
            np.testing.assert_array_equal(getattr(windows, field.name), getattr(before, field.name))

    def test_same_seed_same_scores(
        self, home: datasets.HomeData, learned: dict[str, Detector], name: str
    ) -> None:
        again = small(detectors()[name])
        again.fit(*home.learnable())
        windows = home.split("test")
        np.testing.assert_array_equal(again.score(windows), learned[name].score(windows))

    def test_saved_and_loaded_scores_alike(
        self, home: datasets.HomeData, learned: dict[str, Detector], name: str, tmp_path: Path
    ) -> None:
        learned[name].save(tmp_path / "model")
        loaded = detectors()[name].load(tmp_path / "model")
        windows = home.split("test")
        np.testing.assert_array_equal(loaded.score(windows), learned[name].score(windows))
        assert loaded.parameters() == learned[name].parameters()

    def test_another_detectors_file_is_refused(
        self, learned: dict[str, Detector], name: str, tmp_path: Path
    ) -> None:
        other = "LOF" if name != "LOF" else "Aegis"
        learned[other].save(tmp_path / "model")
        with pytest.raises(ArtifactDamagedError, match=f"expected a {name} in model, got {other}"):
            detectors()[name].load(tmp_path / "model")

    def test_an_unseen_device_and_control_have_a_score(
        self, home: datasets.HomeData, learned: dict[str, Detector], name: str
    ) -> None:
        windows = home.split("test").take(slice(0, 5))
        control, device = windows.control.copy(), windows.device.copy()
        control[:, 4], device[:, 4] = 0, 99
        assert np.isfinite(learned[name].score(replace(windows, control=control, device=device))).all()

    def test_no_windows_no_scores(
        self, home: datasets.HomeData, learned: dict[str, Detector], name: str
    ) -> None:
        assert learned[name].score(home.split("test").take(slice(0, 0))).shape == (0,)

    def test_what_does_not_fit_is_said(
        self, home: datasets.HomeData, learned: dict[str, Detector], name: str
    ) -> None:
        windows = home.split("test")
        short = Windows(*(getattr(windows, field.name)[:, :6] for field in fields(Windows)))
        with pytest.raises(SmartGuardError, match="expected windows of 10, got 6"):
            learned[name].score(short)
        strange = replace(windows, control=windows.control + CONTROLS)
        with pytest.raises(SmartGuardError, match=r"expected control ids of 0 … 12, got 13 … 2\d"):
            learned[name].score(strange)
        with pytest.raises(SmartGuardError, match=f"expected windows for {name} to learn from, got none"):
            small(detectors()[name]).fit(windows.take(slice(0, 0)), windows)

    def test_what_was_never_done_is_stranger(
        self, home: datasets.HomeData, learned: dict[str, Detector], name: str
    ) -> None:
        windows, labels = home.judged("MD")
        assert ranked(labels, learned[name].score(windows))["auroc"] > 0.8

    def test_training_tells_its_progress(self, home: datasets.HomeData, name: str) -> None:
        told: list[float] = []
        small(detectors()[name]).fit(*home.learnable(), told.append)
        assert told == sorted(told)
        assert 0 < told[-1] <= 1


def test_seeds_differ(home: datasets.HomeData, learned: dict[str, Detector]) -> None:
    other = small(SmartGuard, seed=4)
    other.fit(*home.learnable())
    windows = home.split("test")
    assert not np.allclose(other.score(windows), learned["SmartGuard"].score(windows))


def test_both_engines_learn_the_same(home: datasets.HomeData, learned: dict[str, Detector]) -> None:
    """Float32 and many steps of Adam let the two drift apart a little, not in what they say."""
    windows = home.split("test")
    ours, theirs = learned["SmartGuard"].score(windows), learned["Reference"].score(windows)
    np.testing.assert_allclose(theirs, ours, rtol=0.05, atol=0.05)


@pytest.mark.parametrize(
    "chosen",
    [
        {"scoring": "visible", "weighting": "nwrl", "time": 0.0, "typical": False},
        {"scoring": "visible", "weighting": "mean", "mask_strategy": "top_k_loss"},
        {"mask_strategy": "random", "ttpe": ()},
        {"mask_strategy": "none", "ttpe": ("duration",)},
    ],
)
@pytest.mark.parametrize("kind", [SmartGuard, Reference])
def test_every_switch_turns(home: datasets.HomeData, kind: type[Detector], chosen: dict[str, object]) -> None:
    options = options_of(kind, SMALL | {"epochs": 3} | chosen)
    detector = kind(CONTROLS + 1, 0, options)
    detector.fit(*home.learnable())
    assert np.isfinite(detector.score(home.split("test"))).all()


@pytest.mark.parametrize("kind", [SmartGuard, Reference])
@pytest.mark.parametrize("level", LEVELS)
def test_a_level_that_is_off_is_not_read(home: datasets.HomeData, level: str, kind: type[Detector]) -> None:
    chosen = {"epochs": 3, "ttpe": (level,), "time": 0.0, "scoring": "visible"}
    detector = kind(CONTROLS + 1, 0, options_of(kind, SMALL | chosen))
    detector.fit(*home.learnable())
    windows = home.split("test")
    moved = {
        "hour": replace(windows, hour=(windows.hour + 12) % 24),
        "day": replace(windows, weekday=((windows.weekday + 3) % 7).astype(np.int32)),
        "duration": replace(windows, duration=windows.duration + np.float32(7200)),
        "order": Windows(*(getattr(windows, field.name)[:, ::-1] for field in fields(Windows))),
    }
    scores = detector.score(windows)
    for name, changed in moved.items():
        same = np.allclose(detector.score(changed), scores, atol=1e-4)
        assert same == (name != level), name


def test_options_are_checked() -> None:
    with pytest.raises(OptionError, match=r"expected one of visible, hidden, got 'blind'"):
        options_of(SmartGuard, {"scoring": "blind"})
    with pytest.raises(OptionError, match=r"expected options of LOF \(it has none\), got mask_ratio"):
        options_of(Lof, {"mask_ratio": 0.2})
    with pytest.raises(OptionError, match="expected a width that 2·heads divides"):
        options_of(SmartGuard, {"embedding": 50})
    with pytest.raises(OptionError, match="expected SmartGuardOptions for SmartGuard, got NeuralOptions"):
        SmartGuard(9, 0, named("ARGUS").options_type())


def test_the_papers_options_are_the_papers() -> None:
    assert (PAPER.mask_strategy, PAPER.mask_ratio, PAPER.mask_step, PAPER.mu) == ("loss_guided", 0.4, 5, 0.1)
    assert (PAPER.scoring, PAPER.weighting, PAPER.time, PAPER.typical) == ("visible", "nwrl", 0.0, False)


@pytest.mark.parametrize(("dataset", "name", "kind"), TABLE_3)
def test_as_published_gives_table_3(data_dir: Path, dataset: str, name: str, kind: str) -> None:
    home = datasets.load(dataset, data_dir / "smartguard")
    authors = detectors()[name]
    assert issubclass(authors, Judged)
    windows, labels = home.judged(kind)
    said = authors.as_published(home.split("train"), windows, labels)
    metrics = counted(1 - labels if said.inverted else labels, said.scores > said.threshold)
    assert (metrics["recall"], metrics["f1"]) == pytest.approx(TABLE_3[dataset, name, kind], abs=0.01)


def test_a_few_epochs_already_find_the_papers_anomalies(data_dir: Path) -> None:
    home = datasets.load("an", data_dir / "smartguard")
    detector = SmartGuard(len(home.vocabulary), 0, SmartGuardOptions(epochs=20))
    detector.fit(*home.learnable())
    for kind in home.kinds:
        windows, labels = home.judged(kind)
        assert ranked(labels, detector.score(windows))["auroc"] > 0.99, kind
