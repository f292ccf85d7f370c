"""The core and the paper's model in torch agree, switch by switch: masks, loss, gradients and score."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is only in the trainer's environment")

import torch

from custom_components.smartguard.core.embedding import LEVELS
from custom_components.smartguard.core.learner import Learner, Masks, choose_masks
from custom_components.smartguard.core.masking import STRATEGIES, loss_vector as core_loss_vector
from custom_components.smartguard.core.model import Model, ModelOptions
from custom_components.smartguard.core.scoring import nwrl_score, nwrl_weights
from custom_components.smartguard.core.training import never
from custom_components.smartguard.core.training_options import TrainingOptions
from tests.core.examples import TINY, windows
from trainer import reference_model
from trainer.reference import Lesson
from trainer.reference_model import ReferenceModel

COUNT = 9
R = (0.2, 0.4, 0.6, 0.8)
N = (0, 3, 6)
SIZES = [replace(TINY, layers=layers, width=width) for layers in (1, 3) for width in (4, 16)]
LEVEL_SETS = [(), *((level,) for level in LEVELS), ("hour", "day", "duration"), LEVELS]


def vector(seed: int = 3) -> np.ndarray:
    """Return losses by control, two of them alike."""
    losses = np.random.default_rng(seed).random(TINY.vocabulary)
    losses[4] = losses[5]
    return losses


def lesson(options: TrainingOptions, model: ModelOptions = TINY) -> tuple[Model, Lesson]:
    """Return a network of the core in double precision and its twin, about to be trained alike."""
    ours = Model.create(model, 1, np.float64)
    ours.flat += 0.1 * np.random.default_rng(9).standard_normal(ours.flat.shape)
    ours.parameters["time_weights"][model.unread] = 0
    return ours, Lesson(ReferenceModel.with_parameters(model, ours.parameters), options)


def same_masks(ours: Masks, theirs: Masks) -> None:
    for name in ("control", "time", "unknown", "loss"):
        np.testing.assert_array_equal(getattr(theirs, name), getattr(ours, name), err_msg=name)


@pytest.mark.parametrize("epoch", [0, 2, 3, 7])
@pytest.mark.parametrize("n", N)
@pytest.mark.parametrize("r", R)
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_masks_agree(strategy: str, r: float, n: int, epoch: int) -> None:
    options = TrainingOptions(mask_strategy=strategy, mask_ratio=r, mask_step=n, time_mask_ratio=0.3)  # type: ignore[arg-type]
    given = windows(0, COUNT)
    twin = lesson(options)[1]
    twin.vector = vector()
    rng = np.random.default_rng(options.seed + 1)
    ours = choose_masks(given, options, epoch, vector(), rng)
    same_masks(ours, twin.masks(given, epoch))
    assert rng.random() == twin.rng.random()  # neither drew more than the other
    masking = strategy != "none" and (epoch >= n or strategy in ("random", "top_k_loss"))
    assert (ours.control is not None) == masking
    if ours.control is not None:
        assert ours.control.sum(axis=1).tolist() == [max(1, int(6 * r + 1e-9))] * COUNT


def gradients_agree(options: TrainingOptions, model: ModelOptions = TINY, epoch: int = 7) -> None:
    """Compare one batch's losses and gradients."""
    given = windows(2, COUNT, late=True)
    ours, twin = lesson(options, model)
    masks = choose_masks(given, options, epoch, vector(), np.random.default_rng(5))
    learner = Learner(ours, options, never)
    each = learner.accumulate(given, masks, np.arange(COUNT))
    total, their_each = twin.losses(given, masks, COUNT)
    total.backward()
    np.testing.assert_allclose(their_each.numpy(), each, atol=1e-9, rtol=0)
    if not options.time_mask_ratio and model.outputs == (("control", model.vocabulary),):
        assert float(total.detach()) == pytest.approx(float((each * masks.loss).sum()) / COUNT)
    expected = dict(twin.network.named_parameters())
    got = Model(model, learner._gradient).parameters
    for name, array in got.items():
        grad = expected[name].grad
        their = np.zeros_like(array) if grad is None else grad.numpy()
        np.testing.assert_allclose(array, their, atol=1e-9, rtol=0, err_msg=name)


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("r", R)
def test_loss_and_gradients_agree_for_masks(strategy: str, r: float) -> None:
    gradients_agree(TrainingOptions(mask_strategy=strategy, mask_ratio=r, time_mask_ratio=0.2, micro_batch=4))  # type: ignore[arg-type]


def test_loss_and_gradients_agree_without_any_time() -> None:
    gradients_agree(TrainingOptions(timeless_share=0.5, micro_batch=4))


@pytest.mark.parametrize("epoch", [0, 5])
def test_loss_and_gradients_agree_before_and_after_n(epoch: int) -> None:
    gradients_agree(TrainingOptions(mask_step=5), epoch=epoch)


@pytest.mark.parametrize("model", SIZES, ids=lambda m: f"L{m.layers} d{m.width}")
def test_loss_and_gradients_agree_for_sizes(model: ModelOptions) -> None:
    gradients_agree(TrainingOptions(), model)


@pytest.mark.parametrize("levels", LEVEL_SETS, ids="+".join)
def test_loss_and_gradients_agree_for_levels(levels: tuple[str, ...]) -> None:
    one = replace(TINY, levels=levels, outputs=(("control", TINY.vocabulary),))
    gradients_agree(TrainingOptions(), one)
    learned = lesson(TrainingOptions(), one)[0]
    assert (learned.parameters["time_weights"] != 0).tolist() == [level in levels for level in LEVELS]


def test_a_level_that_is_off_stays_off() -> None:
    options = replace(TINY, levels=("hour",))
    ours = Model.create(options, 0)
    learner = Learner(ours, TrainingOptions(batch=4), never)
    given = windows(2, COUNT)
    learner.epoch(given, choose_masks(given, learner.options, 0, vector(), learner.rng), lambda _: None)
    weights = ours.parameters["time_weights"]
    assert weights[[0, 2, 3]].tolist() == [0, 0, 0]
    assert weights[1] != pytest.approx(0.4, abs=1e-6)


@pytest.mark.parametrize("known", [9, 4])
def test_loss_vectors_agree(known: int) -> None:
    rng = np.random.default_rng(4)
    losses, controls = rng.random((5, 6)), rng.integers(0, known, (5, 6)).astype(np.int32)
    np.testing.assert_allclose(
        reference_model.loss_vector(torch.tensor(losses), controls, 9), core_loss_vector(losses, controls, 9)
    )


@pytest.mark.parametrize("mu", [0.01, 0.1, 1.0, 10.0])
@pytest.mark.parametrize("losses", [vector(), np.ones(9), np.ones(1)], ids=["uneven", "even", "one"])
def test_weights_and_scores_agree(losses: np.ndarray, mu: float) -> None:
    ours, theirs = nwrl_weights(losses, mu), reference_model.noise_weights(losses, mu)
    np.testing.assert_allclose(theirs.numpy(), ours, rtol=1e-9)
    rng = np.random.default_rng(8)
    each, controls = rng.random((7, 6)), rng.integers(0, len(losses), (7, 6)).astype(np.int32)
    got = reference_model.anomaly_score(torch.tensor(each), controls, theirs)
    np.testing.assert_allclose(got.numpy(), nwrl_score(each, controls, ours), rtol=1e-9)


def test_without_nwrl_the_score_is_the_mean() -> None:
    each = np.random.default_rng(8).random((7, 6))
    got = reference_model.anomaly_score(torch.tensor(each), np.zeros((7, 6), np.int32), None)
    np.testing.assert_allclose(got.numpy(), each.mean(axis=1))
