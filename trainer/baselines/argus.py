"""ARGUS: an autoencoder of gated recurrent units (Rieger et al., 2023; the paper's [22])."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ..neural import NeuralDetector


class RecurrentAutoencoder(nn.Module):
    """Reads a window into one state, and writes it down again from that state alone."""

    def __init__(self, vocabulary: int, width: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, width)
        self.encoder = nn.GRU(width, width, batch_first=True)
        self.decoder = nn.GRU(width, width, batch_first=True)
        self.head = nn.Linear(width, vocabulary)

    def forward(self, ids: Tensor) -> Tensor:
        """Return logits (W, n, V) from ids (W, n)."""
        _, state = self.encoder(self.embedding(ids))  # (1, W, d)
        repeated = state[-1].unsqueeze(1).expand(-1, ids.shape[1], -1)  # (W, n, d)
        written, _ = self.decoder(repeated, torch.zeros_like(state))
        logits: Tensor = self.head(written)
        return logits


class Argus(NeuralDetector):
    """The window as a sequence, squeezed through the last state of its encoder."""

    name = "ARGUS"

    def build(self, size: int) -> nn.Module:
        """Return the network."""
        del size
        return RecurrentAutoencoder(self.vocabulary, self.options.embedding)
