"""The autoencoder with temporal information (paper, 4.3), top to bottom, with its backward pass.

W windows of n behaviors, width d, M = W·n rows:
embedding (equations 6–8) → L encoder layers (9–11) → L decoder layers (12) → one linear head per
output (13). Attention never crosses windows, so the rows of all windows share every product.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from .embedding import LEVELS, START_WEIGHTS, EmbeddingCache, embed, embed_backward
from .errors import ArtifactDamagedError
from .layers import (
    Array,
    Arrays,
    LayerCache,
    Rows,
    Workspace,
    column_sums,
    layer_backward,
    layer_forward,
    normalize,
    normalize_backward,
)
from .masking import Bools, hide
from .windows import Windows

MOST_OF_A_SIZE, MOST_LAYERS = 1_000_000, 64
"""No file's network is larger than this."""


@dataclass(frozen=True, slots=True)
class ModelOptions:
    """The size of a network.

    vocabulary: V with the unknown. width: d. layers: L encoder and L decoder layers. outputs: name
    and number of classes of each head, of `control`, `device`, `hour`, `weekday`; only `control`
    with V classes when left out. levels: those of equation 6 that have a weight; the others stay at 0.
    """

    vocabulary: int
    heads: int = 8
    width: int = 64
    feed_forward: int = 256
    layers: int = 2
    window: int = 10
    outputs: tuple[tuple[str, int], ...] = ()
    levels: tuple[str, ...] = LEVELS

    def __post_init__(self) -> None:
        if not set(self.levels) <= set(LEVELS):
            raise ValueError(f"expected levels of {LEVELS}, got {self.levels}")
        if not self.outputs:
            object.__setattr__(self, "outputs", (("control", self.vocabulary),))
        if min(self.vocabulary, self.heads, self.width, self.feed_forward, self.layers, self.window) < 1:
            raise ValueError(f"expected sizes of at least 1, got {self}")
        if self.width % (2 * self.heads):
            raise ValueError(f"expected a width that 2·heads divides, got {self.width}, {self.heads}")

    def to_json(self) -> dict[str, Any]:
        """Return what the artifact header keeps."""
        data: dict[str, Any] = {f.name: getattr(self, f.name) for f in fields(self)}
        return data | {"outputs": [list(output) for output in self.outputs], "levels": list(self.levels)}

    @classmethod
    def from_json(cls, data: Any) -> ModelOptions:
        """Read what `to_json` gave; raises ArtifactDamagedError."""
        try:
            sizes = {f.name: int(data[f.name]) for f in fields(cls) if f.name not in ("outputs", "levels")}
            outputs = tuple((str(name), int(classes)) for name, classes in data["outputs"])
            read = cls(**sizes, outputs=outputs, levels=tuple(data.get("levels", LEVELS)))
        except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as err:
            raise ArtifactDamagedError(f"expected the sizes of a network, got {data!r:.200}") from err
        # Before anything is as large as these say.
        if max(sizes.values()) > MOST_OF_A_SIZE or read.layers > MOST_LAYERS:
            raise ArtifactDamagedError(f"expected a network that fits in memory, got {data!r:.200}")
        return read

    @property
    def unread(self) -> list[int]:
        """Return the places of the levels that have no weight."""
        return [place for place, level in enumerate(LEVELS) if level not in self.levels]

    @property
    def layer_names(self) -> tuple[str, ...]:
        """Return the prefix of each layer's parameters, from input to output."""
        return tuple(f"{part}.{i}." for part in ("encoder", "decoder") for i in range(self.layers))

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the shape of each parameter, in the order in which they lie in memory."""
        d, ff = self.width, self.feed_forward
        shapes: dict[str, tuple[int, ...]] = {
            "control": (self.vocabulary + 1, d),  # the last row is the mask embedding
            "time_weights": (4,),
            "open": (d,),
            "mask_time": (d,),
        }
        for name in self.layer_names:
            shapes[name + "qkv"] = (d, 3 * d)
            shapes[name + "out"] = (d, d)
            shapes[name + "expand"] = (d, ff)
            shapes[name + "expand_bias"] = (ff,)
            shapes[name + "contract"] = (ff, d)
            shapes[name + "contract_bias"] = (d,)
        for output, classes in self.outputs:
            shapes[f"head.{output}"] = (d, classes)
            shapes[f"head.{output}_bias"] = (classes,)
        return shapes


def views(flat: Array, shapes: dict[str, tuple[int, ...]]) -> Arrays:
    """Name the pieces of one flat array."""
    named, start = {}, 0
    for name, shape in shapes.items():
        end = start + int(np.prod(shape))
        named[name] = flat[start:end].reshape(shape)
        start = end
    return named


@dataclass(slots=True)
class Cache:
    """What the backward pass needs of a forward pass; overwritten by the next one in its workspace."""

    windows: int
    embedding: EmbeddingCache
    layers: list[LayerCache]
    normal: Array  # (M, d) what the heads read
    scale: Array  # (M, 1)
    work: Workspace


class Model:
    """A network: its options and its parameters, which are views of one flat array."""

    def __init__(self, options: ModelOptions, flat: Array) -> None:
        self.options = options
        self.flat = flat
        self.shapes = options.shapes()
        self.parameters = views(flat, self.shapes)

    @classmethod
    def create(cls, options: ModelOptions, seed: int, dtype: DTypeLike = np.float32) -> Model:
        """Draw the parameters at random; what a layer adds at first grows with depth no further."""
        rng = np.random.default_rng(seed)
        size = sum(int(np.prod(shape)) for shape in options.shapes().values())
        model = cls(options, np.zeros(size, dtype))
        depth = (4 * options.layers) ** -0.5
        for name, array in model.parameters.items():
            if name == "time_weights":
                array[:] = START_WEIGHTS
                array[options.unread] = 0
            elif not name.endswith("_bias"):
                fan_in = 4 if array.ndim == 1 or name == "control" else array.shape[0]
                gain = depth if name.endswith((".out", ".contract")) else 1.0
                array[...] = rng.standard_normal(array.shape) * gain * fan_in**-0.5
        return model

    @classmethod
    def from_parameters(cls, options: ModelOptions, arrays: dict[str, NDArray[Any]]) -> Model:
        """Take parameters from arrays of these names; raises ArtifactDamagedError if they do not fit."""
        shapes = options.shapes()
        for name, shape in shapes.items():
            got = arrays[name].shape if name in arrays else "nothing"
            if got != shape:
                raise ArtifactDamagedError(f"expected a parameter {name} of shape {shape}, got {got}")
        flat = np.concatenate([np.asarray(arrays[name], np.float32).reshape(-1) for name in shapes])
        if not np.isfinite(flat).all():
            raise ArtifactDamagedError("expected finite parameters, got infinite or undefined ones")
        return cls(options, flat)

    def represent(
        self,
        windows: Windows,
        hidden_control: Bools | None = None,
        hidden_time: Bools | None = None,
        work: Workspace | None = None,
    ) -> Cache:
        """Encode and decode windows; the cache's `normal` (M, d) is what the heads read.

        hidden_control, hidden_time: (W, n), what the network must not see, or nothing hidden.
        work: buffers to reuse; what an earlier pass left in them is lost.
        """
        weights, options = self.parameters, self.options
        if work is None:
            work = Workspace(self.flat.dtype)
        seen = hide(windows, hidden_control, hidden_time, options.vocabulary)
        x, embedding = embed(weights, seen, work)  # (M, d), equations 6–8
        layers = [  # L encoder layers, equations 9–11, then L decoder layers, equation 12
            layer_forward(x, weights, name, heads=options.heads, windows=len(windows), work=work)
            for name in options.layer_names
        ]
        normal = work.take("normal", *x.shape)
        scale = normalize(x, normal)
        return Cache(len(windows), embedding, layers, normal, scale, work)

    def head(self, output: str, rows: Array, out: Array | None = None) -> Array:
        """Return the logits of one output (equation 13 before its softmax): (R, d) → (R, classes)."""
        logits = np.matmul(rows, self.parameters[f"head.{output}"], out=out)
        logits += self.parameters[f"head.{output}_bias"]
        return logits

    def forward(
        self,
        windows: Windows,
        hidden_control: Bools | None = None,
        hidden_time: Bools | None = None,
        work: Workspace | None = None,
    ) -> tuple[Arrays, Cache]:
        """Return the logits of every output, (W, n, classes) each, and what `backward` needs."""
        cache = self.represent(windows, hidden_control, hidden_time, work)
        logits: Arrays = {}
        for output, classes in self.options.outputs:
            out = cache.work.take(f"head.{output}", len(cache.normal), classes)
            logits[output] = self.head(output, cache.normal, out).reshape(cache.windows, -1, classes)
        return logits, cache

    def backward(
        self, cache: Cache, grad_logits: Arrays, out: Array | None = None, rows: Rows | None = None
    ) -> Arrays:
        """Return the gradient of every parameter, from those of the logits, (W, n, classes) each.

        out: a flat array like `flat` that is to hold the gradients. rows: the behaviors, among M, whose
        logits have a gradient; all where left out. An output left out has none.
        """
        weights, work, names = self.parameters, cache.work, self.options.layer_names
        gradients = views(np.empty_like(self.flat) if out is None else out, self.shapes)
        normal = cache.normal if rows is None else cache.normal[rows]
        scale = cache.scale if rows is None else cache.scale[rows]
        grad = work.take("grad", *normal.shape)
        grad.fill(0)
        for output, classes in self.options.outputs:
            head, bias = f"head.{output}", f"head.{output}_bias"
            if output not in grad_logits:
                gradients[head].fill(0)
                gradients[bias].fill(0)
                continue
            every = grad_logits[output].reshape(-1, classes)
            up = every if rows is None else every[rows]
            np.matmul(normal.T, up, out=gradients[head])
            column_sums(up, gradients[bias])
            grad += np.matmul(up, weights[head].T, out=work.take("part", *grad.shape))
        normalize_backward(grad, normal, scale)
        for name, layer in zip(reversed(names), reversed(cache.layers), strict=True):
            grad = layer_backward(grad, layer, weights, gradients, name, work=work, rows=rows)
            rows = None  # attention has spread the gradient to all rows
        embed_backward(grad, cache.embedding, gradients, cache.windows)
        gradients["time_weights"][self.options.unread] = 0
        return gradients
