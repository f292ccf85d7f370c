"""SmartGuard as its authors' code does it, which differs from their paper; the defects are kept and named.

- Masked behaviors are left out of attention but stay in sight of themselves, so the network copies them.
- A duration enters without the sine of equation 7: hours times the frequency, however long they are.
- The mask begins after N + 1 epochs; top_k_loss is loss_guided but for its first epoch, which is random.
- Validation runs with dropout, and NWRL in effect not at all: the score is the plain mean of the losses.
"""

from __future__ import annotations

import math
from copy import deepcopy
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from custom_components.smartguard.core.embedding import START_WEIGHTS
from custom_components.smartguard.core.windows import Windows

from .datasets import BUCKET_HOURS
from .detector import Arrays, Detector, Options, Progress, Scores
from .neural import ids
from .reference_model import loss_vector, positional_encoding

STRATEGIES = ("random", "top_k_loss", "loss_guided")
SECONDS = 3600.0
HEADS = 8
JUDGED_AT_ONCE = 512


@dataclass(frozen=True)
class AuthorsOptions(Options):
    """The flags of the authors' README with its values; patience: epochs after which to stop, theirs is 100.

    ttpe: whether time is read at all. feed_forward is torch's default, 2048.
    """

    mask_strategy: str = "loss_guided"
    mask_ratio: float = 0.2
    mask_step: int = 4
    layer: int = 2
    embedding: int = 256
    batch: int = 1024
    epochs: int = 60
    patience: int = 100
    ttpe: bool = True

    def __post_init__(self) -> None:
        """Raise ValueError for what their code does not know."""
        if self.mask_strategy not in STRATEGIES:
            raise ValueError(f"expected one of {', '.join(STRATEGIES)}, got {self.mask_strategy!r}")
        sizes = (self.layer, self.embedding, self.batch, self.epochs, self.patience)
        if min(sizes) < 1 or self.mask_step < 0 or not 0 < self.mask_ratio <= 1:
            raise ValueError(f"expected sizes of at least 1 and a mask ratio of at most 1, got {self}")
        if self.embedding % HEADS:
            raise ValueError(f"expected an embedding size that {HEADS} divides, got {self.embedding}")


class AuthorsNetwork(nn.Module):
    """torch's own Transformer that reads a window twice, as source and as target."""

    def __init__(self, vocabulary: int, options: AuthorsOptions) -> None:
        super().__init__()
        d, self.options = options.embedding, options
        self.embedding = nn.Embedding(vocabulary, d)
        self.weights = nn.Parameter(torch.tensor(START_WEIGHTS))
        self.transformer = nn.Transformer(d, HEADS, options.layer, options.layer, batch_first=True)
        self.fc = nn.Linear(d, vocabulary)

    def time(self, windows: Windows) -> Tensor:
        """Return their position embedding, (W, n, d)."""
        d = self.options.embedding
        order = torch.arange(windows.control.shape[1], dtype=torch.float32).expand(windows.control.shape)
        bucket = torch.from_numpy(np.floor(windows.hour / BUCKET_HOURS).astype(np.float32))
        weekday = torch.from_numpy(windows.weekday.astype(np.float32))
        hours = torch.from_numpy(windows.duration / np.float32(SECONDS))
        frequency = torch.exp(torch.arange(0, d, 2) * (-math.log(10000.0) / d)).repeat_interleave(2)
        levels = [positional_encoding(values, d) for values in (order, bucket, weekday)]
        levels.append(hours.unsqueeze(-1) * frequency)  # no sine
        return torch.stack([w * level for w, level in zip(self.weights, levels, strict=True)]).sum(0)

    def forward(self, windows: Windows, masked: Tensor | None = None) -> Tensor:
        """Return logits (W, n, V); masked: (W, n) behaviors that no other attends to."""
        x = self.embedding(ids(windows))
        if self.options.ttpe:
            x = x + self.time(windows)
        mask = None
        if masked is not None:
            mask = torch.zeros(masked.shape).masked_fill(masked, -math.inf)
            mask = mask.unsqueeze(1).expand(-1, masked.shape[1], -1).repeat_interleave(HEADS, dim=0)
        logits: Tensor = self.fc(self.transformer(x, x, src_mask=mask, tgt_mask=mask))
        return logits


class Authors(Detector):
    """The model behind the last column of Table 3, to the letter of its code."""

    name = "Authors"
    options_type = AuthorsOptions
    network: AuthorsNetwork
    RATE = 1e-3

    def learn(self, training: Windows, validation: Windows, progress: Progress) -> None:
        """Train as they do; keep the epoch with the lowest validation loss, in sight."""
        options: AuthorsOptions = self.options
        with torch.random.fork_rng(devices=()):
            torch.manual_seed(self.seed)
            rng = np.random.default_rng(self.seed)
            self.network = AuthorsNetwork(self.vocabulary, options)
            adam = torch.optim.Adam(self.network.parameters(), lr=self.RATE)
            best, lowest, best_epoch = deepcopy(self.network.state_dict()), math.inf, 0
            vector: NDArray[np.float64] = np.zeros(self.vocabulary)
            for epoch in range(options.epochs):
                vector = self._epoch(training, self._masked(training, epoch, vector, rng), adam)
                seen = self._mean_loss(validation if len(validation) else training)
                progress((epoch + 1) / options.epochs)
                if seen < lowest:
                    best, lowest, best_epoch = deepcopy(self.network.state_dict()), seen, epoch
                elif epoch - best_epoch >= options.patience:
                    break
        self.network.load_state_dict(best)

    def _masked(
        self, windows: Windows, epoch: int, vector: NDArray[np.float64], rng: np.random.Generator
    ) -> Tensor | None:
        """Choose what an epoch masks, (W, n)."""
        options, shape = self.options, windows.control.shape
        at_random = options.mask_strategy == "random" or (options.mask_strategy == "top_k_loss" and not epoch)
        if not at_random and epoch <= options.mask_step:
            return None
        rank = rng.random(shape) if at_random else -vector[windows.control]
        count = int(shape[1] * options.mask_ratio)
        order = np.argsort(rank[:, ::-1], axis=1, kind="stable")  # of equals the later one
        masked = np.zeros(shape, bool)
        np.put_along_axis(masked, shape[1] - 1 - order[:, :count], True, axis=1)
        return torch.from_numpy(masked)

    def _epoch(
        self, windows: Windows, masked: Tensor | None, adam: torch.optim.Optimizer
    ) -> NDArray[np.float64]:
        """Learn from every window once, in the order of the file; return the loss of each control, (V,)."""
        self.network.train()
        losses = []
        for start in range(0, len(windows), self.options.batch):
            piece = slice(start, start + self.options.batch)
            hidden = None if masked is None else masked[piece]
            loss = self._losses(windows.take(piece), hidden)
            adam.zero_grad()
            (loss.mean() if hidden is None else loss[hidden].mean()).backward()  # type: ignore[no-untyped-call]
            adam.step()
            losses.append(loss.detach())
        return loss_vector(torch.cat(losses), windows.control, self.vocabulary)

    def _losses(self, windows: Windows, masked: Tensor | None = None) -> Tensor:
        """Return the loss of each behavior, (W, n)."""
        logits = self.network(windows, masked).transpose(1, 2)
        return functional.cross_entropy(logits, ids(windows), reduction="none")

    @torch.no_grad()
    def _mean_loss(self, windows: Windows) -> float:
        """Return the mean loss in sight, with dropout."""
        return float(self._losses(windows).mean())

    @torch.no_grad()
    def judge(self, windows: Windows) -> Scores:
        """Return the mean loss of each window in sight."""
        self.network.eval()
        starts = range(0, len(windows), JUDGED_AT_ONCE)
        parts = [self._losses(windows.take(slice(start, start + JUDGED_AT_ONCE))) for start in starts]
        return torch.cat(parts).double().mean(dim=1).numpy()

    def arrays(self) -> Arrays:
        """Return the parameters."""
        return {name: tensor.numpy() for name, tensor in self.network.state_dict().items()}

    def restore(self, arrays: Arrays) -> None:
        """Build the network anew and fill it."""
        self.network = AuthorsNetwork(self.vocabulary, self.options)
        self.network.load_state_dict({name: torch.from_numpy(array) for name, array in arrays.items()})
