"""Training: LDMS as the paper says, the same for a seed, stoppable, and clear about too little data."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import numpy as np
import pytest

from custom_components.smartguard.core.errors import NotEnoughDataError, StoppedError
from custom_components.smartguard.core.layers import cross_entropy
from custom_components.smartguard.core.learner import Learner, Masks, choose_masks, shown, validation_masks
from custom_components.smartguard.core.masking import STRATEGIES, Strategy
from custom_components.smartguard.core.model import Model, ModelOptions
from custom_components.smartguard.core.scoring import hidden_losses
from custom_components.smartguard.core.training import TrainingResult, never, no_progress, train
from custom_components.smartguard.core.training_options import TrainingOptions
from custom_components.smartguard.core.windows import Windows

from .examples import marks, routine, tiny, windows

HOME, VOCABULARY = routine(20)
TRAINING, VALIDATION = HOME.take(slice(0, 90)), HOME.take(slice(90, None))
SMALL = ModelOptions(len(VOCABULARY), heads=2, width=16, feed_forward=32, layers=1)
QUICK = TrainingOptions(epochs=4, batch=32, micro_batch=16, learning_rate=3e-3, mask_step=2)


def quick(**changes: object) -> TrainingResult:
    return train(TRAINING, VALIDATION, SMALL, replace(QUICK, **changes))


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_training_lowers_the_loss(strategy: Strategy) -> None:
    result = quick(mask_strategy=strategy, epochs=40, patience=40)
    known = [e.validation for e in result.history]
    assert len(known) == 40
    assert known[result.best_epoch] < 0.75 * known[0]


def test_random_hiding_learns_the_routine() -> None:
    result = quick(mask_strategy="random", epochs=60)
    untrained = hidden_losses(Model.create(SMALL, 0), VALIDATION).mean()
    assert hidden_losses(result.model, VALIDATION).mean() < 0.5 * untrained


def test_the_same_seed_gives_the_same_network() -> None:
    one, same, other = quick(), quick(), quick(seed=1)
    np.testing.assert_array_equal(one.model.flat, same.model.flat)
    np.testing.assert_array_equal(one.loss_vector, same.loss_vector)
    assert one.history == same.history
    assert (one.model.flat != other.model.flat).any()


def test_the_best_epoch_is_kept() -> None:
    result = quick(epochs=12, learning_rate=0.05, patience=12)
    counted = {i: e.validation for i, e in enumerate(result.history) if e.masked}
    assert result.best_epoch == min(counted, key=lambda i: counted[i])
    again = quick(epochs=12, learning_rate=0.05, patience=12)
    assert hidden_losses(again.model, VALIDATION).mean() == hidden_losses(result.model, VALIDATION).mean()
    cut_short = quick(epochs=result.best_epoch + 1, learning_rate=0.05, patience=12)
    np.testing.assert_array_equal(cut_short.model.flat, result.model.flat)
    np.testing.assert_array_equal(cut_short.loss_vector, result.loss_vector)


def test_training_stops_when_it_gets_no_better() -> None:
    result = quick(epochs=200, learning_rate=0.3, patience=3)
    assert len(result.history) == result.best_epoch + 1 + 3


def test_without_validation_the_last_epoch_is_kept() -> None:
    for validation in (None, VALIDATION.take(slice(0, 0))):
        result = train(TRAINING, validation, SMALL, QUICK)
        assert result.best_epoch == 3
        assert all(e.validation is None for e in result.history)


def test_n_epochs_without_a_mask_come_first() -> None:
    assert [e.masked for e in quick(mask_step=3).history] == [False, False, False, True]
    assert [e.masked for e in quick(mask_strategy="top_k_loss").history] == [True] * 4
    assert [e.masked for e in quick(mask_strategy="none").history] == [False] * 4


def test_sampling_by_loss_hides_hard_controls_often_and_every_control_sometimes() -> None:
    drawn = masks_of("loss_sampled", 2)
    assert drawn.control is not None
    assert (drawn.control.sum(axis=1) == 4).all()
    controls = TRAINING.control
    hidden = np.bincount(controls[drawn.control], minlength=len(VOCABULARY))
    used = np.bincount(controls.reshape(-1), minlength=len(VOCABULARY))
    share = hidden[used > 0] / used[used > 0]
    assert (share > 0).all()
    assert share[-1] > share[0]


def masks_of(strategy: Strategy, epoch: int, **changes: object) -> Masks:
    options = replace(QUICK, mask_strategy=strategy, **changes)
    vector = np.arange(len(VOCABULARY), dtype=float)
    return choose_masks(TRAINING, options, epoch, vector, np.random.default_rng(0))


def test_only_masked_behaviors_carry_loss() -> None:
    masks = masks_of("loss_guided", 2)
    assert masks.control is not None
    np.testing.assert_array_equal(masks.loss, masks.control)
    assert (masks.control.sum(axis=1) == 4).all()
    hardest = np.sort(TRAINING.control, axis=1)[:, -4:].sum(axis=1)  # the vector grows with the id
    np.testing.assert_array_equal((TRAINING.control * masks.control).sum(axis=1), hardest)


def test_all_behaviors_carry_loss_before() -> None:
    masks = masks_of("loss_guided", 1, unknown_share=0.0)
    assert masks.control is None
    assert masks.loss.all()


def test_some_visible_controls_are_shown_as_unknown_and_carry_no_loss() -> None:
    for strategy in STRATEGIES:
        masks = masks_of(strategy, 3, unknown_share=0.1)
        assert masks.unknown is not None
        assert 0.02 < masks.unknown.mean() < 0.15
        assert not (masks.unknown & masks.loss).any()
        seen = shown(TRAINING, masks)
        assert (seen.control[masks.unknown] == 0).all()
        np.testing.assert_array_equal(seen.control[~masks.unknown], TRAINING.control[~masks.unknown])


def test_the_unknown_is_never_a_target() -> None:
    control = TRAINING.control.copy()
    control[:, 3] = 0
    rare = replace(TRAINING, control=control)
    for strategy in STRATEGIES:
        masks = choose_masks(
            rare, replace(QUICK, mask_strategy=strategy), 3, np.zeros(9), np.random.default_rng(0)
        )
        assert not masks.loss[:, 3].any()


def test_the_unknown_gets_an_embedding() -> None:
    start, result = Model.create(SMALL, 0), quick(unknown_share=0.05)
    assert (result.model.parameters["control"][0] != start.parameters["control"][0]).any()
    untouched = quick(unknown_share=0.0, mask_strategy="random")
    np.testing.assert_array_equal(untouched.model.parameters["control"][0], start.parameters["control"][0])


def learner(options: TrainingOptions) -> Learner:
    return Learner(tiny(), options, never)


def some_masks(count: int) -> Masks:
    control = marks(1, count)
    return Masks(control, marks(2, count), marks(3, count) & ~control, control)


def test_micro_batches_add_up_to_the_batch() -> None:
    given, masks = windows(0, 21), some_masks(21)
    steps = [learner(TrainingOptions(micro_batch=size)) for size in (4, 21)]
    losses = [step.step(given, masks, np.arange(21)) for step in steps]
    np.testing.assert_allclose(losses[0], losses[1], atol=1e-12)
    np.testing.assert_allclose(steps[0].model.flat, steps[1].model.flat, atol=1e-9)


def test_the_gradient_is_that_of_equation_14() -> None:
    """The slow twin adds up the loss behavior by behavior, its gradient by differences."""
    given, masks = windows(4, 5), some_masks(5)
    taught = learner(TrainingOptions())
    taught.accumulate(given, masks, np.arange(5))

    def loss() -> float:
        values, _ = taught.model.forward(shown(given, masks), masks.control, masks.time)
        total = 0.0
        for w, i in np.ndindex(5, 6):
            targets = {"control": given.control[w, i], "device": given.device[w, i]}
            times = {"hour": int(given.hour[w, i]), "weekday": given.weekday[w, i]}
            carried = (targets if masks.loss[w, i] else {}) | (times if masks.time[w, i] else {})
            for name, target in carried.items():
                total += cross_entropy(values[name][w, i][None].copy(), np.array([target]))[0]
        return float(total) / 5

    flat = taught.model.flat
    for i in np.random.default_rng(0).choice(len(flat), 60, replace=False):
        kept, difference = flat[i], 0.0
        for sign in (1, -1):
            flat[i] = kept + sign * 1e-6
            difference += sign * loss() / 2e-6
        flat[i] = kept
        assert taught._gradient[i] == pytest.approx(difference, abs=1e-6)


def test_the_loss_vector_averages_all_occurrences() -> None:
    """Masked or not: equation 2 counts every time that a control occurs in the epoch."""
    taught = learner(TrainingOptions(batch=100, learning_rate=0.0))
    given, masks = windows(5, 30), some_masks(30)
    taught.epoch(given, masks, no_progress)
    values, _ = taught.model.forward(shown(given, masks), masks.control, masks.time)
    losses = cross_entropy(values["control"].reshape(180, -1), given.control.reshape(-1))
    counted = ~masks.unknown.reshape(-1)
    for c in range(9):
        of_control = losses[(given.control.reshape(-1) == c) & counted]
        assert taught.vector[c] == pytest.approx(sum(of_control) / len(of_control))


def test_validation_hides_one_behavior_at_a_time_and_always_the_same() -> None:
    one, again = validation_masks(VALIDATION, QUICK), validation_masks(VALIDATION, QUICK)
    assert len(one) == 3
    for masks, same in zip(one, again, strict=True):
        assert (masks.control.sum(axis=1) == 1).all()
        np.testing.assert_array_equal(masks.control, same.control)
    assert not (one[0].control & one[1].control).any()


def test_times_are_learned_where_asked() -> None:
    outputs = (("control", len(VOCABULARY)), ("hour", 24), ("weekday", 7))
    options = replace(QUICK, mask_strategy="random", epochs=30, time_mask_ratio=0.2)
    result = train(TRAINING, VALIDATION, replace(SMALL, outputs=outputs), options)
    start = Model.create(replace(SMALL, outputs=outputs), 0)
    assert (result.model.parameters["head.hour"] != start.parameters["head.hour"]).any()
    assert result.history[-1].validation < 0.7 * result.history[0].validation
    idle = train(TRAINING, VALIDATION, replace(SMALL, outputs=outputs), replace(options, time_mask_ratio=0.0))
    np.testing.assert_array_equal(idle.model.parameters["head.hour"], start.parameters["head.hour"])


def test_of_some_windows_every_time_is_hidden() -> None:
    options = replace(QUICK, timeless_share=0.3, time_mask_ratio=0.2)
    time = choose_masks(TRAINING, options, 5, np.ones(len(VOCABULARY)), np.random.default_rng(0)).time
    assert time is not None
    hidden = time.sum(axis=1)
    assert (hidden == time.shape[1]).mean() == pytest.approx(0.3, abs=0.1)
    alone = choose_masks(
        TRAINING,
        replace(options, time_mask_ratio=0.0),
        5,
        np.ones(len(VOCABULARY)),
        np.random.default_rng(0),
    ).time
    assert alone is not None
    assert set(alone.sum(axis=1)) == {0, alone.shape[1]}


def test_progress_grows_to_one() -> None:
    told: list[float] = []
    train(TRAINING, VALIDATION, SMALL, replace(QUICK, patience=1, epochs=20), progress=told.append)
    assert told == sorted(told)
    assert 0 < told[0] < 0.1
    assert told[-1] == 1.0


@pytest.mark.parametrize("after", [0, 1, 7, 20])
def test_training_stops_at_the_next_micro_batch(after: int) -> None:
    asked = []

    def stop() -> bool:
        asked.append(None)
        return len(asked) > after

    with pytest.raises(StoppedError, match="asked to stop"):
        train(TRAINING, VALIDATION, SMALL, QUICK, should_stop=stop)
    assert len(asked) == after + 1


def test_stop_is_asked_at_every_micro_batch() -> None:
    asked = []
    options = replace(QUICK, epochs=1)
    train(TRAINING, None, SMALL, options, should_stop=lambda: bool(asked.append(None)))
    assert len(asked) == 6  # 90 windows in batches of 32, 32, 26 = 2 + 2 + 2 of 16


@pytest.mark.parametrize("count", [0, 1, 19])
def test_too_few_windows(count: int) -> None:
    with pytest.raises(NotEnoughDataError, match=f"expected at least 20 windows, got {count}"):
        train(TRAINING.take(slice(0, count)), None, SMALL, QUICK)


def test_a_home_of_one_control() -> None:
    alone = replace(TRAINING, control=np.ones_like(TRAINING.control))
    with pytest.raises(NotEnoughDataError, match="expected at least 2 device controls, got 1"):
        train(alone, None, SMALL, QUICK)


def test_a_vocabulary_too_small() -> None:
    with pytest.raises(ValueError, match="expected control ids below 3"):
        train(TRAINING, None, replace(SMALL, vocabulary=3, outputs=()), QUICK)


@pytest.mark.parametrize(
    "bad", [{"mask_strategy": "all"}, {"epochs": 0}, {"mask_ratio": 0.0}, {"unknown_share": 1.0}]
)
def test_options_that_make_no_sense(bad: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="expected"):
        replace(QUICK, **bad)


def test_options_travel_as_json() -> None:
    assert TrainingOptions(**json.loads(json.dumps(asdict(QUICK)))) == QUICK


def test_the_learning_rate_falls_and_warms_up() -> None:
    taught = learner(TrainingOptions(epochs=11, learning_rate=1.0, final_rate=0.1))
    rates = []
    for epoch in range(11):
        taught.set_rate(epoch)
        rates.append(taught._adam.learning_rate)
    assert rates[0] == pytest.approx(1.0)
    assert rates[5] == pytest.approx(0.55)
    assert rates[10] == pytest.approx(0.1)
    assert rates == sorted(rates, reverse=True)


class Processor:
    """A clock of processor time that runs on by some seconds whenever somebody looks."""

    def __init__(self, step: float) -> None:
        self.now, self.step = 0.0, step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def test_a_training_ends_with_its_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = quick()
    monkeypatch.setattr("time.process_time", Processor(1.0))
    found = quick(epochs=50, patience=50, seconds=8.0)
    assert QUICK.mask_step < len(found.history) < 8
    assert found.history[found.best_epoch].masked
    assert found.history[0] == whole.history[0]


def test_a_budget_that_is_spent_at_once_still_learns_to_fill_gaps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.process_time", Processor(100.0))
    found = quick(seconds=1.0)
    assert [epoch.masked for epoch in found.history] == [False] * QUICK.mask_step + [True]


def test_the_learning_rate_falls_in_time_for_the_budget() -> None:
    taught = learner(TrainingOptions(epochs=11, learning_rate=1.0, final_rate=0.1))
    taught.set_rate(1, spent=0.5)
    assert taught._adam.learning_rate == pytest.approx(0.55)
    taught.set_rate(1, spent=2.0)
    assert taught._adam.learning_rate == pytest.approx(0.1)


def test_windows_are_not_changed() -> None:
    kept = {name: getattr(TRAINING, name).copy() for name in Windows.__slots__}
    quick()
    for name, array in kept.items():
        np.testing.assert_array_equal(getattr(TRAINING, name), array)
