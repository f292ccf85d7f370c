"""The paper's autoencoder in torch, in one file (paper, 4.3): the twin of `core/model.py`.

The same architecture and parameter names, with torch's own gradients: the oracle of the tests and the
rival of the benchmark.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from custom_components.smartguard.core.embedding import DURATION_SCALE, START_WEIGHTS
from custom_components.smartguard.core.layers import EPSILON, Arrays
from custom_components.smartguard.core.masking import Bools, Seen, hide
from custom_components.smartguard.core.model import ModelOptions
from custom_components.smartguard.core.windows import Windows


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
    """Embedding, L encoder layers, L decoder layers, one linear head per output."""

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

    def embed(self, seen: Seen) -> Tensor:
        """Return h (W, n, d) of what is seen (equations 6 and 8)."""
        like, d = self.control, self.options.width
        order = torch.arange(seen.control.shape[1], dtype=like.dtype)
        hour, weekday, duration, clocked, timed, still_open = (
            torch.as_tensor(np.ascontiguousarray(array)).to(like.dtype)
            for array in (seen.hour, seen.weekday, seen.duration, seen.clocked, seen.timed, seen.open)
        )
        w_order, w_hour, w_day, w_duration = self.time_weights
        clock = w_hour * positional_encoding(hour, d) + w_day * positional_encoding(weekday, d)
        lasting = w_duration * positional_encoding(DURATION_SCALE * duration.log1p(), d)
        lasting = lasting + still_open.unsqueeze(-1) * self.open
        clocked, timed = clocked.unsqueeze(-1), timed.unsqueeze(-1)
        moment = clocked * clock + (1 - clocked) * self.mask_time
        control: Tensor = functional.embedding(torch.as_tensor(seen.control).long(), self.control)
        h: Tensor = control + w_order * positional_encoding(order, d) + moment + timed * lasting
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
