"""TransAE: a transformer autoencoder without time, mask or weights (the paper's [29]; its Table 4, C0)."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ..neural import NeuralDetector, NeuralOptions

HEADS = 8


@dataclass(frozen=True)
class TransAeOptions(NeuralOptions):
    """layer: L encoder and L decoder layers."""

    layer: int = 2


class TransformerAutoencoder(nn.Module):
    """Self-attention over the embedded controls and their order, L layers twice."""

    def __init__(self, vocabulary: int, size: int, width: int, layers: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, width)
        self.order = nn.Parameter(torch.zeros(size, width))
        self.layers = nn.Sequential(
            *(
                nn.TransformerEncoderLayer(width, HEADS, 4 * width, dropout=0.1, batch_first=True)
                for _ in range(2 * layers)
            )
        )
        self.head = nn.Linear(width, vocabulary)

    def forward(self, ids: Tensor) -> Tensor:
        """Return logits (W, n, V) from ids (W, n)."""
        logits: Tensor = self.head(self.layers(self.embedding(ids) + self.order))
        return logits


class TransAe(NeuralDetector):
    """Everything is in sight of everything, so that it learns to copy."""

    name = "TransAE"
    options_type = TransAeOptions

    def build(self, size: int) -> nn.Module:
        """Return the network."""
        return TransformerAutoencoder(self.vocabulary, size, self.options.embedding, self.options.layer)
