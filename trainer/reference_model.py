"""The paper in torch, in one file, top to bottom: TTPE, autoencoder, LDMS, objective and NWRL, every switch.

The network is the twin of `core/model.py`: the same architecture and parameter names, with torch's own
gradients. It is the oracle of the tests and the rival of the benchmark.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from custom_components.smartguard.core.embedding import DURATION_SCALE, LEVELS, START_WEIGHTS
from custom_components.smartguard.core.layers import EPSILON, Arrays
from custom_components.smartguard.core.masking import Bools, Seen, hide
from custom_components.smartguard.core.model import ModelOptions
from custom_components.smartguard.core.windows import Windows

Ints = NDArray[np.int32]


def positional_encoding(values: Tensor, width: int) -> Tensor:
    """Encode values (…) by sines and cosines, (…, d) (equation 7)."""
    even = torch.arange(0, width, 2, dtype=values.dtype, device=values.device)
    angle = values.unsqueeze(-1) / 10000 ** (even / width)  # (…, d/2)
    return torch.stack((angle.sin(), angle.cos()), dim=-1).flatten(-2)  # (…, d)


class Layer(nn.Module):
    """Self-attention and a feed-forward network, each normalized before and added (equations 9–11)."""

    def __init__(self, width: int, feed_forward: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Parameter(torch.randn(width, 3 * width) / width**0.5)
        self.out = nn.Parameter(torch.randn(width, width) / width**0.5)
        self.expand = nn.Parameter(torch.randn(width, feed_forward) / width**0.5)
        self.expand_bias = nn.Parameter(torch.zeros(feed_forward))
        self.contract = nn.Parameter(torch.randn(feed_forward, width) / feed_forward**0.5)
        self.contract_bias = nn.Parameter(torch.zeros(width))

    def forward(self, x: Tensor) -> Tensor:
        """Return the layer's output, (W, n, d) from (W, n, d)."""
        x = x + self.attention(normalize(x)) @ self.out
        inner = functional.relu(normalize(x) @ self.expand + self.expand_bias)  # (W, n, ff)
        return x + (inner @ self.contract + self.contract_bias)

    def attention(self, x: Tensor) -> Tensor:
        """Return what the heads gather, (W, n, d) (equation 10)."""
        windows, n, d = x.shape
        q, k, v = (x @ self.qkv).view(windows, n, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
        scores = q @ k.transpose(2, 3) / math.sqrt(d // self.heads)  # (W, heads, n, n)
        mixed: Tensor = scores.softmax(dim=-1) @ v
        return mixed.transpose(1, 2).reshape(windows, n, d)


def normalize(x: Tensor) -> Tensor:
    """Give every behavior's vector mean 0 and variance 1."""
    return functional.layer_norm(x, x.shape[-1:], eps=EPSILON)


class ReferenceModel(nn.Module):
    """Embedding, L encoder layers, L decoder layers, one linear head per output.

    options: d (width), L (layers) and the levels of TTPE that are read among its fields.
    """

    def __init__(self, options: ModelOptions) -> None:
        super().__init__()
        self.options = options
        d = options.width
        self.control = nn.Parameter(torch.randn(options.vocabulary + 1, d) / 2)  # the last is the mask
        self.time_weights = nn.Parameter(torch.tensor(START_WEIGHTS))
        self.open = nn.Parameter(torch.randn(d) / 2)
        self.mask_time = nn.Parameter(torch.randn(d) / 2)
        layers = [
            nn.ModuleList(Layer(d, options.feed_forward, options.heads) for _ in range(options.layers))
            for _ in range(2)
        ]
        self.encoder, self.decoder = layers
        self.head = nn.ParameterDict()
        for output, classes in options.outputs:
            self.head[output] = nn.Parameter(torch.randn(d, classes) / d**0.5)
            self.head[f"{output}_bias"] = nn.Parameter(torch.zeros(classes))

    @classmethod
    def with_parameters(cls, options: ModelOptions, parameters: Arrays) -> ReferenceModel:
        """Return a twin with copies of a core model's parameters, in their precision."""
        state = {name: torch.tensor(array) for name, array in parameters.items()}
        model = cls(options).to(state["control"].dtype)
        model.load_state_dict(state)
        return model

    def weight(self, level: str) -> Tensor:
        """Return the weight of a level of TTPE; nothing of one that is switched off."""
        if level in self.options.levels:
            return self.time_weights[LEVELS.index(level)]
        return torch.zeros((), dtype=self.time_weights.dtype)

    def embed(self, seen: Seen) -> Tensor:
        """Return h (W, n, d) of what is seen (equations 6 and 8)."""
        like, d = self.control, self.options.width
        order = torch.arange(seen.control.shape[1], dtype=like.dtype)
        ids = torch.as_tensor(np.ascontiguousarray(seen.control)).long()
        hour, weekday, duration, clocked, timed, still_open = (
            torch.as_tensor(np.ascontiguousarray(array)).to(like.dtype)
            for array in (seen.hour, seen.weekday, seen.duration, seen.clocked, seen.timed, seen.open)
        )
        clock = self.weight("hour") * positional_encoding(hour, d)
        clock = clock + self.weight("day") * positional_encoding(weekday, d)
        lasting = self.weight("duration") * positional_encoding(DURATION_SCALE * duration.log1p(), d)
        lasting = lasting + still_open.unsqueeze(-1) * self.open
        clocked, timed = clocked.unsqueeze(-1), timed.unsqueeze(-1)
        moment = clocked * clock + (1 - clocked) * self.mask_time
        control: Tensor = functional.embedding(ids, self.control)
        place = self.weight("order") * positional_encoding(order, d)
        h: Tensor = control + place + moment + timed * lasting
        return h

    def forward(
        self, windows: Windows, hidden_control: Bools | None = None, hidden_time: Bools | None = None
    ) -> dict[str, Tensor]:
        """Return the logits of every output, (W, n, classes) each; see `core.model.Model.forward`."""
        x = self.embed(hide(windows, hidden_control, hidden_time, self.options.vocabulary))
        for layer in (*self.encoder, *self.decoder):
            x = layer(x)
        x = normalize(x)
        return {
            output: x @ self.head[output] + self.head[f"{output}_bias"] for output, _ in self.options.outputs
        }


def masked(
    controls: Ints, losses: NDArray[np.float64], strategy: str, r: float, rng: np.random.Generator
) -> Bools | None:
    """Choose the ⌊n·r⌋ behaviors of each window that are hidden, (W, n) (equations 3, 4); None is none.

    losses: (V,) of the epoch before. top_k_loss and loss_guided differ in when they begin, see `begins`.
    The unknown, which nobody can name, is taken last; among equals chance decides.
    """
    if strategy == "none":
        return None
    if strategy == "random":
        rank = rng.random(controls.shape)
    elif strategy == "loss_sampled":
        rank = -np.log(np.maximum(losses[controls], 1e-6)) - rng.gumbel(size=controls.shape)
    else:
        chance = rng.random(controls.shape)
        by_loss = np.argsort(np.argsort(chance, axis=1), axis=1) / controls.shape[1]
        levels = np.unique(losses, return_inverse=True)[1].reshape(-1)  # equal losses share a rank
        rank = by_loss - levels[controls]
    if strategy != "random":
        rank = rank + 1e6 * (controls == 0)
    count = max(1, math.floor(controls.shape[1] * r + 1e-9))
    chosen: Bools = np.argsort(np.argsort(rank, axis=1, kind="stable"), axis=1) < count
    return chosen


def begins(strategy: str, epoch: int, n_without: int) -> bool:
    """Say whether an epoch (from 0 on) masks: the guided strategies first train N epochs without."""
    return epoch >= n_without if strategy in ("loss_guided", "loss_sampled") else strategy != "none"


def behavior_losses(
    logits: Mapping[str, Tensor], targets: Mapping[str, NDArray[np.int32]]
) -> dict[str, Tensor]:
    """Return −log p of the class that was, (M,) of each output, from logits (W, n, classes)."""
    return {
        output: functional.cross_entropy(
            of.flatten(0, 1), torch.as_tensor(targets[output]).long(), reduction="none"
        )
        for output, of in logits.items()
    }


def reconstruction_loss(losses: Tensor, carries: Tensor, windows: int) -> Tensor:
    """Return the objective over so many windows (equation 14): the losses that carry it, per window."""
    return (losses * carries.to(losses.dtype)).sum() / windows


def loss_vector(losses: Tensor, controls: Ints, vocabulary: int) -> NDArray[np.float64]:
    """Return the mean loss of each control over all its occurrences, (V,) (equations 1, 2, 15).

    A control that did not occur gets the mean of those that did.
    """
    where = torch.as_tensor(controls.reshape(-1)).long()
    every = losses.reshape(-1).double()
    counts = torch.zeros(vocabulary, dtype=torch.float64).index_add(0, where, torch.ones_like(every))
    sums = torch.zeros(vocabulary, dtype=torch.float64).index_add(0, where, every)
    occurred = counts > 0
    vector = sums / counts.clamp(min=1)
    if bool(occurred.any()):
        vector = torch.where(occurred, vector, vector[occurred].mean())
    return vector.numpy()


def noise_weights(vector: NDArray[np.float64], mu: float) -> Tensor:
    """Return the weight of each control, (V,) (equations 16, 17), over the known ones; 0 is the unknown."""
    losses = torch.as_tensor(vector)
    spread = (losses[1:].var(correction=0) * mu).sqrt() if len(losses) > 1 else torch.zeros(())
    if float(spread) <= 0:
        return torch.full_like(losses, 0.5)
    return (-functional.relu(losses - losses[1:].mean()) / spread).sigmoid()


def anomaly_score(losses: Tensor, controls: Ints, weights: Tensor | None) -> Tensor:
    """Return the score of each window, (W,), from losses (W, n) (equation 18).

    weights: those of NWRL, (V,), or None where it is switched off and all behaviors weigh the same.
    Equation 19 divides by n once more, which changes no order.
    """
    if weights is None:
        return losses.mean(dim=1)
    share = weights[torch.as_tensor(controls).long()].to(losses.dtype)
    share = share / share.sum(dim=1, keepdim=True)
    return (share * losses).sum(dim=1)
