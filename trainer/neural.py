"""Autoencoders in torch: learn to write down the controls that they were shown, and judge by the loss."""

from __future__ import annotations

from abc import abstractmethod
from copy import deepcopy
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from custom_components.smartguard.core.windows import Windows

from .detector import Arrays, Detector, Options, Progress, Scores


@dataclass(frozen=True)
class NeuralOptions(Options):
    """embedding: d. patience: epochs without a better validation loss after which to stop."""

    embedding: int = 64
    epochs: int = 60
    batch: int = 128
    patience: int = 10

    def __post_init__(self) -> None:
        """Raise ValueError for sizes that are none."""
        if min(self.embedding, self.epochs, self.batch, self.patience) < 1:
            raise ValueError(f"expected sizes of at least 1, got {self}")
        if self.embedding % 8:
            raise ValueError(f"expected an embedding size that 8 divides, got {self.embedding}")


class NeuralDetector(Detector):
    """An autoencoder of controls; the score is the mean cross-entropy over the window (paper, 4.3.4)."""

    options_type = NeuralOptions
    network: nn.Module
    RATE = 1e-3

    @abstractmethod
    def build(self, size: int) -> nn.Module:
        """Return a network from ids (W, n) to logits (W, n, V), n = size."""

    def learn(self, training: Windows, validation: Windows, progress: Progress) -> None:
        """Train with Adam until the validation loss no longer falls; keep the best epoch."""
        seen, held = ids(training), ids(validation)
        with torch.random.fork_rng(devices=()):
            torch.manual_seed(self.seed)
            self.network = self.build(seen.shape[1])
            best, best_loss, best_epoch = deepcopy(self.network.state_dict()), float("inf"), 0
            optimizer = torch.optim.Adam(self.network.parameters(), lr=self.RATE)
            for epoch in range(self.options.epochs):
                loss = self._epoch(seen, optimizer)
                if len(held):
                    loss = float(self.losses(held).mean())
                progress((epoch + 1) / self.options.epochs)
                if loss < best_loss:
                    best, best_loss, best_epoch = deepcopy(self.network.state_dict()), loss, epoch
                elif epoch - best_epoch >= self.options.patience:
                    break
        self.network.load_state_dict(best)

    def _epoch(self, seen: Tensor, optimizer: torch.optim.Optimizer) -> float:
        """Learn from every window once; return the mean loss."""
        self.network.train()
        total = 0.0
        for batch in torch.split(torch.randperm(len(seen)), self.options.batch):
            optimizer.zero_grad()
            loss = functional.cross_entropy(self.network(seen[batch]).flatten(0, 1), seen[batch].flatten())
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            total += float(loss.detach()) * len(batch)
        return total / len(seen)

    @torch.no_grad()
    def losses(self, seen: Tensor) -> Tensor:
        """Return the loss of each behavior, (W, n)."""
        self.network.eval()
        parts = []
        for batch in torch.split(seen, 512):
            logits = self.network(batch).transpose(1, 2)  # (W, V, n)
            parts.append(functional.cross_entropy(logits, batch, reduction="none"))
        return torch.cat(parts)

    def judge(self, windows: Windows) -> Scores:
        """Return the mean loss of each window."""
        return self.losses(ids(windows)).double().mean(dim=1).numpy()

    def arrays(self) -> Arrays:
        """Return the parameters."""
        return {name: tensor.numpy() for name, tensor in self.network.state_dict().items()}

    def restore(self, arrays: Arrays) -> None:
        """Build the network anew and fill it."""
        self.network = self.build(self.size)
        self.network.load_state_dict({name: torch.from_numpy(array) for name, array in arrays.items()})


def ids(windows: Windows) -> Tensor:
    """Return control ids as torch wants them, (W, n)."""
    return torch.from_numpy(windows.control.astype(np.int64))
