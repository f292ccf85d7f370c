"""The core's outputs and hand-derived gradients against torch and finite differences, in double precision."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is only in the trainer's environment")

from torch.nn import functional  # noqa: E402

from custom_components.smartguard.core.masking import Bools  # noqa: E402
from custom_components.smartguard.core.model import Model, ModelOptions  # noqa: E402
from custom_components.smartguard.core.optimizer import Adam  # noqa: E402
from custom_components.smartguard.core.windows import Windows  # noqa: E402
from tests.core.examples import TINY, marks, windows  # noqa: E402
from trainer.reference_model import ReferenceModel  # noqa: E402

COUNT = 7
SIZES = [TINY, replace(TINY, layers=1, heads=1), replace(TINY, width=16, heads=4, feed_forward=5)]
HIDING = [(None, None), (marks(1, COUNT), None), (None, marks(2, COUNT)), (marks(3, COUNT), marks(4, COUNT))]
Pair = tuple[Model, ReferenceModel, Windows, Bools | None, Bools | None]


@pytest.fixture(params=SIZES, ids=["default", "small", "wide"])
def options(request: pytest.FixtureRequest) -> ModelOptions:
    return request.param


@pytest.fixture(params=HIDING, ids=["all seen", "controls hidden", "times hidden", "both hidden"])
def pair(request: pytest.FixtureRequest, options: ModelOptions) -> Pair:
    model = Model.create(options, 0, np.float64)
    rng = np.random.default_rng(9)
    model.flat += 0.1 * rng.standard_normal(model.flat.shape)  # biases too
    return (
        model,
        ReferenceModel.with_parameters(options, model.parameters),
        windows(0, COUNT, late=True),
        *request.param,
    )


def test_logits_agree(pair: Pair) -> None:
    model, twin, given, control, time = pair
    expected = twin(given, control, time)
    got, _ = model.forward(given, control, time)
    assert set(got) == set(expected)
    for name, array in got.items():
        np.testing.assert_allclose(array, expected[name].detach().numpy(), atol=1e-8, rtol=0, err_msg=name)


def test_gradients_agree(pair: Pair) -> None:
    model, twin, given, control, time = pair
    values, cache = model.forward(given, control, time)
    rng = np.random.default_rng(5)
    up = {name: rng.standard_normal(array.shape) for name, array in values.items()}
    sum((twin(given, control, time)[name] * torch.tensor(up[name])).sum() for name in up).backward()
    got = model.backward(cache, up)
    expected = dict(twin.named_parameters())
    assert set(got) == set(expected)
    for name, array in got.items():
        assert expected[name].grad is not None, name
        np.testing.assert_allclose(array, expected[name].grad.numpy(), atol=1e-8, rtol=0, err_msg=name)


def test_gradients_are_finite_differences(pair: Pair) -> None:
    model, _, given, control, time = pair
    rng = np.random.default_rng(6)
    values, cache = model.forward(given, control, time)
    up = {name: rng.standard_normal(array.shape) for name, array in values.items()}
    got = model.backward(cache, up)
    flat = np.concatenate([got[name].reshape(-1) for name in model.shapes])
    for i in rng.choice(len(flat), 150, replace=False):
        kept, difference = model.flat[i], 0.0
        for sign in (1, -1):
            model.flat[i] = kept + sign * 1e-6
            shifted, _ = model.forward(given, control, time)
            difference += sign * sum(float((shifted[name] * up[name]).sum()) for name in up) / 2e-6
        model.flat[i] = kept
        assert flat[i] == pytest.approx(difference, abs=1e-5)


def test_training_steps_agree() -> None:
    """Ten steps of the masked loss with Adam end at the same parameters."""
    model = Model.create(TINY, 1, np.float64)
    twin = ReferenceModel.with_parameters(TINY, model.parameters)
    theirs = torch.optim.Adam(twin.parameters(), lr=1e-2)
    ours = Adam(len(model.flat), model.flat.dtype, 1e-2)
    given, hidden = windows(1, COUNT), marks(7, COUNT)
    targets = torch.tensor(given.control.reshape(-1)).long()
    weights = torch.tensor(hidden.reshape(-1) / COUNT)
    for _ in range(10):
        theirs.zero_grad()
        logits = twin(given, hidden)["control"].flatten(0, 1)
        (functional.cross_entropy(logits, targets, reduction="none") * weights).sum().backward()
        theirs.step()
        step(model, ours, given, hidden)
    for name, array in model.parameters.items():
        np.testing.assert_allclose(array, twin.state_dict()[name].numpy(), atol=1e-8, rtol=0, err_msg=name)


def step(model: Model, adam: Adam, given: Windows, hidden: Bools) -> None:
    from custom_components.smartguard.core.layers import cross_entropy, cross_entropy_backward

    logits, cache = model.forward(given, hidden)
    rows = logits["control"].reshape(hidden.size, -1)
    targets = given.control.reshape(-1)
    cross_entropy(rows, targets)
    up = cross_entropy_backward(rows, targets, hidden.reshape(-1) / len(hidden))
    gradient = np.empty_like(model.flat)
    model.backward(cache, {"control": up}, gradient)
    adam.step(model.flat, gradient)
