"""A plain autoencoder: the whole window through a narrow layer (the paper's [4])."""

from __future__ import annotations

from torch import nn

from ..neural import NeuralDetector


class Autoencoder(NeuralDetector):
    """Dense layers n·d → d → d/2 → d → n·d around the embedded controls."""

    name = "Autoencoder"

    def build(self, size: int) -> nn.Module:
        """Return the network."""
        d = self.options.embedding
        return nn.Sequential(
            nn.Embedding(self.vocabulary, d),
            nn.Flatten(1),
            nn.Linear(size * d, d),
            nn.ReLU(),
            nn.Linear(d, d // 2),
            nn.ReLU(),
            nn.Linear(d // 2, d),
            nn.ReLU(),
            nn.Linear(d, size * d),
            nn.Unflatten(1, (size, d)),
            nn.Linear(d, self.vocabulary),
        )
