"""Warm start: what stays answers as before, what is new begins as the unknown, nothing else is taken over."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from custom_components.smartguard.core.model import Model, ModelOptions
from custom_components.smartguard.core.training import BEFORE_ALL, train
from custom_components.smartguard.core.training_options import TrainingOptions
from custom_components.smartguard.core.vocabulary import Token, Vocabulary
from custom_components.smartguard.core.warm_start import warm_start, warmed
from custom_components.smartguard.core.windows import Windows

WAS = Vocabulary(tuple(Token("d", f"light.{name}", "on") for name in "bdf"))
NOW = Vocabulary(tuple(Token("d", f"light.{name}", "on") for name in "abdeg"))
"""f has gone; a, e and g are new, so that every id is another one."""
MOVED = {0: 0, 1: 2, 2: 3}
"""Ids before and now of what stays: the unknown, b and d."""
NEW = [1, 4, 5]


def network(vocabulary: Vocabulary) -> Model:
    return Model.create(ModelOptions(vocabulary=len(vocabulary)), seed=3)


def windows(ids: list[int]) -> Windows:
    control = np.random.default_rng(0).choice(ids, (6, 10)).astype(np.int32)
    whole, broken = np.ones_like(control), np.ones(control.shape, np.float32)
    return Windows(control, whole, broken, whole, broken, np.zeros(control.shape, bool))


def renamed(seen: Windows) -> Windows:
    return replace(seen, control=np.vectorize(MOVED.get)(seen.control).astype(np.int32))


def test_what_stays_is_answered_as_before() -> None:
    before = network(WAS)
    after = warm_start(before, WAS, NOW, seed=0)
    assert after is not None
    seen = windows(list(MOVED))
    hidden = np.zeros(seen.control.shape, bool)
    hidden[:, 4] = True
    old, new = before.forward(seen, hidden)[0], after.forward(renamed(seen), hidden)[0]
    np.testing.assert_array_equal(old["control"][..., list(MOVED)], new["control"][..., list(MOVED.values())])


def test_what_is_new_is_shown_as_the_unknown_and_drawn_apart() -> None:
    before = network(WAS)
    after = warm_start(before, WAS, NOW, seed=0)
    assert after is not None
    for place in NEW:
        np.testing.assert_array_equal(after.parameters["control"][place], before.parameters["control"][0])
    heads = after.parameters["head.control"][:, NEW]
    assert len(np.unique(heads, axis=1).T) == len(NEW)
    assert not np.isin(heads, before.parameters["head.control"]).any()


def test_the_network_before_is_left_as_it_is() -> None:
    before = network(WAS)
    kept = before.flat.copy()
    after = warm_start(before, WAS, NOW, seed=0)
    assert after is not None
    seen = windows([1, 2, 3, 4, 5]).take(np.arange(40) % 6)
    options = TrainingOptions(epochs=2, batch=8)
    learned = train(seen, None, after.options, options, start=after).model
    np.testing.assert_array_equal(before.flat, kept)
    assert not np.array_equal(learned.flat, after.flat)


def test_a_start_is_kept_where_no_epoch_is_better() -> None:
    seen = windows([1, 2, 3]).take(np.arange(40) % 6)
    before = network(WAS)
    options = TrainingOptions(epochs=8, learning_rate=50.0, patience=3, mask_step=0)
    result = train(seen, seen, before.options, options, start=before)
    assert (result.best_epoch, len(result.history)) == (BEFORE_ALL, 3)
    np.testing.assert_array_equal(result.model.flat, before.flat)
    assert (result.loss_vector[1:] > 0).all()
    anew = train(seen, seen, before.options, options)
    assert anew.best_epoch >= 0


def test_another_size_begins_anew() -> None:
    small = Model.create(ModelOptions(vocabulary=len(WAS), layers=1), seed=3)
    assert warm_start(small, WAS, NOW, seed=0) is None


def test_a_start_of_another_size_is_refused() -> None:
    seen = windows([1, 2, 3]).take(np.arange(40) % 6)
    with pytest.raises(ValueError, match="expected a network to go on from of"):
        train(seen, None, ModelOptions(vocabulary=len(WAS)), start=network(NOW))


def test_it_learns_more_gently_and_never_longer() -> None:
    usual = TrainingOptions(epochs=25, learning_rate=2e-3, mask_step=1, patience=10, batch=64)
    on = warmed(usual)
    assert (on.epochs, on.learning_rate, on.mask_step, on.patience, on.batch) == (10, 1e-3, 0, 3, 64)
    assert warmed(replace(usual, epochs=2)).epochs == 2
