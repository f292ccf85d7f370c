"""Attention as it is shown: of hidden positions, rows that sum to one, the same as position by position."""

from __future__ import annotations

import numpy as np
import pytest

from custom_components.smartguard.core.attention import attention
from custom_components.smartguard.core.layers import Workspace
from custom_components.smartguard.core.model import Model
from custom_components.smartguard.core.windows import Windows

from .examples import TINY, windows as some_windows


def test_each_row_is_what_its_hidden_position_looks_at() -> None:
    model = Model.create(TINY, seed=1)
    windows = some_windows(3, 1)
    rows = attention(model, windows)
    assert rows.shape == (6, 6)
    np.testing.assert_allclose(rows.sum(1), 1, rtol=1e-5)
    np.testing.assert_allclose(rows, slowly(model, windows), rtol=1e-4, atol=1e-6)


def slowly(model: Model, windows: Windows) -> np.ndarray:
    """Hide one position after the other, in a pass of its own."""
    rows = []
    for position in range(6):
        hidden = np.zeros((1, 6), bool)
        hidden[0, position] = True
        layers = model.represent(windows, hidden_control=hidden, work=Workspace(np.float32)).layers
        rows.append(np.mean([layer.attention[0, :, position].mean(0) for layer in layers], axis=0))
    return np.array(rows)


def test_more_than_one_window_is_refused() -> None:
    with pytest.raises(ValueError, match="expected one window, got 2"):
        attention(Model.create(TINY, seed=1), some_windows(3, 2))
