"""Adam (Kingma and Ba, 2014), the optimizer of the paper, on one flat array of parameters."""

from __future__ import annotations

import numpy as np

from .layers import Array

CHUNK = 16_384


class Adam:
    """Moments of the gradient and the step that they give.

    size: number of parameters. learning_rate: of the next step; may be changed between steps.
    """

    def __init__(self, size: int, dtype: np.dtype[np.floating], learning_rate: float = 1e-3) -> None:
        self.learning_rate = learning_rate
        self.beta1, self.beta2, self.epsilon = 0.9, 0.999, 1e-8
        self.steps = 0
        self._mean = np.zeros(size, dtype)
        self._square = np.zeros(size, dtype)
        self._part = np.empty(min(size, CHUNK), dtype)

    def step(self, parameters: Array, gradient: Array) -> None:
        """Move parameters against the gradient, both (P,), in place; the gradient is used up."""
        self.steps += 1
        for start in range(0, len(parameters), CHUNK):  # all of a chunk stays in the cache
            piece = slice(start, start + CHUNK)
            self._move(parameters[piece], gradient[piece], self._mean[piece], self._square[piece])

    def _move(self, parameters: Array, gradient: Array, mean: Array, square: Array) -> None:
        correction = (1 - self.beta2**self.steps) ** 0.5
        rate = self.learning_rate * correction / (1 - self.beta1**self.steps)
        part = self._part[: len(parameters)]
        mean *= self.beta1
        mean += np.multiply(gradient, 1 - self.beta1, out=part)
        square *= self.beta2
        gradient *= gradient
        square += np.multiply(gradient, 1 - self.beta2, out=part)
        np.sqrt(square, out=part)
        part += self.epsilon * correction
        np.divide(mean, part, out=part)
        parameters -= np.multiply(part, rate, out=part)
