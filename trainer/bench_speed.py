"""Speed and memory of the engine, beside torch in the same run, on one thread: `scripts/bench speed`.

Prints one JSON object. Times of a step are the best of several, taken in turns with torch's, so that a
busy machine troubles both alike. torch runs the same network on whole batches and on micro-batches; its
better time counts.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from custom_components.smartguard.core import artifact
from custom_components.smartguard.core.errors import StoppedError
from custom_components.smartguard.core.learner import Learner, Masks
from custom_components.smartguard.core.masking import random_mask
from custom_components.smartguard.core.model import Model, ModelOptions
from custom_components.smartguard.core.scoring import hidden_losses
from custom_components.smartguard.core.training import never, train
from custom_components.smartguard.core.training_options import TrainingOptions
from custom_components.smartguard.core.windows import Windows

from .core_access import FOLDER
from .lag import watched
from .reference_model import ReferenceModel

BATCH, WINDOW, VOCABULARY, DEVICES = 512, 10, 222, 33
WIDTHS = (64, 128, 256)
TORCH_BATCHES = (64, 512)
LAG_SECONDS = 8.0
CHILD = """
import importlib.util, os, sys
core, data = sys.argv[1:]
os.nice(10)
spec = importlib.util.spec_from_file_location(
    "smartguard_core", os.path.join(core, "__init__.py"), submodule_search_locations=[core])
sys.modules["smartguard_core"] = package = importlib.util.module_from_spec(spec)
spec.loader.exec_module(package)
from pathlib import Path
from smartguard_core import artifact, model, training, windows
arrays = windows.Windows(**artifact.load(Path(data))[1])
training.train(arrays, None, model.ModelOptions(222), training.TrainingOptions(epochs=10_000))
"""
MEMORY = """
import re, sys
def kilobytes(what):
    return int(re.search(what + r":\\s+(\\d+) kB", open("/proc/self/status").read())[1])
before = kilobytes("VmRSS")
import importlib.util, os
core, data, saved = sys.argv[1:]
spec = importlib.util.spec_from_file_location(
    "smartguard_core", os.path.join(core, "__init__.py"), submodule_search_locations=[core])
sys.modules["smartguard_core"] = package = importlib.util.module_from_spec(spec)
spec.loader.exec_module(package)
from pathlib import Path
from smartguard_core import artifact, model, training, windows
loaded = model.Model.from_parameters(model.ModelOptions(222), artifact.load(Path(saved))[1])
arrays = windows.Windows(**artifact.load(Path(data))[1])
training.train(arrays, None, loaded.options, training.TrainingOptions(epochs=2))
print(kilobytes("VmHWM") - before)
"""


def synthetic(count: int, seed: int = 0) -> Windows:
    """Return windows of controls, devices and times drawn at random: speed does not depend on them."""
    rng = np.random.default_rng(seed)
    shape = (count, WINDOW)
    control = rng.integers(1, VOCABULARY, shape).astype(np.int32)
    return Windows(
        control,
        (control % DEVICES + 1).astype(np.int32),
        rng.uniform(0, 24, shape).astype(np.float32),
        rng.integers(0, 7, shape).astype(np.int32),
        rng.uniform(0, 9000, shape).astype(np.float32),
        rng.random(shape) < 0.5,
    )


def seconds(work: Callable[[], Any]) -> float:
    """Return how long `work` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


class TorchStep:
    """One training step of the reference model, as `Learner` does it."""

    def __init__(self, model: Model, windows: Windows, masks: Masks) -> None:
        self.model = ReferenceModel.with_parameters(model.options, model.parameters)
        self.adam = torch.optim.Adam(self.model.parameters(), lr=1e-3)
        self.windows, self.masks = windows, masks
        self.targets = torch.as_tensor(windows.control).long()
        self.weights = torch.as_tensor(masks.loss.astype(np.float32)) / len(windows)

    def run(self, micro_batch: int) -> None:
        """Take one step, with the gradient added up over micro-batches."""
        self.adam.zero_grad()
        for start in range(0, len(self.windows), micro_batch):
            piece = slice(start, start + micro_batch)
            hidden = None if self.masks.control is None else self.masks.control[piece]
            logits = self.model(self.windows.take(piece), hidden)["control"]
            loss = functional.cross_entropy(
                logits.flatten(0, 1), self.targets[piece].flatten(), reduction="none"
            )
            (loss * self.weights[piece].flatten()).sum().backward()  # type: ignore[no-untyped-call]
        self.adam.step()


def step_ms(width: int, repeats: int) -> dict[str, float]:
    """Time a training step of 512 windows at one width, in ms."""
    windows = synthetic(BATCH)
    hidden = random_mask(windows.control.shape, 4, np.random.default_rng(1))
    masks = Masks(hidden, None, None, hidden)
    model = Model.create(ModelOptions(VOCABULARY, width=width, feed_forward=4 * width), 0)
    rival = TorchStep(model, windows, masks)
    step, every = Learner(model, TrainingOptions(), never), np.arange(BATCH)
    ours, theirs = [], []
    for _ in range(repeats + 1):
        ours.append(seconds(lambda: step.step(windows, masks, every)))
        theirs.append(min(seconds(lambda size=size: rival.run(size)) for size in TORCH_BATCHES))  # type: ignore[misc]
    numpy_ms, torch_ms = min(ours[1:]) * 1e3, min(theirs[1:]) * 1e3
    return {"numpy": round(numpy_ms, 1), "torch": round(torch_ms, 1), "ratio": round(numpy_ms / torch_ms, 3)}


def sgemm_fraction(step_seconds: float, options: ModelOptions) -> float:
    """Return the share of the machine's peak of single-precision products that a step reaches."""
    size = 1024
    a, out = np.ones((size, size), np.float32), np.empty((size, size), np.float32)
    peak = 2 * size**3 / min(seconds(lambda: np.matmul(a, a, out=out)) for _ in range(6))
    products = sum(shape[0] * shape[1] for name, shape in options.shapes().items() if len(shape) == 2)
    products -= (options.vocabulary + 1) * options.width  # a look-up, no product
    attention = 2 * WINDOW * options.width * 2 * options.layers
    # forward, and twice as much backward; a product and a sum each
    return round(6 * BATCH * WINDOW * (products + attention) / step_seconds / peak, 3)


def score_times() -> dict[str, float]:
    """Time the forward pass and the whole score of one live window at the default size."""
    model, one, many = Model.create(ModelOptions(VOCABULARY), 0), synthetic(1), synthetic(256)
    for _ in range(20):
        hidden_losses(model, one)
    forward = [seconds(lambda: model.forward(one)) * 1e3 for _ in range(300)]
    score = [seconds(lambda: hidden_losses(model, one)) * 1e3 for _ in range(300)]
    rate = len(many) / min(seconds(lambda: hidden_losses(model, many)) for _ in range(3))
    return {
        "forward_ms_p50": round(float(np.percentile(forward, 50)), 3),
        "score_ms_p50": round(float(np.percentile(score, 50)), 3),
        "score_ms_p99": round(float(np.percentile(score, 99)), 3),
        "windows_per_s": round(rate),
    }


def rss_mb(folder: Path) -> float:
    """Return the growth of a fresh process that loads a default model and trains, NumPy included."""
    saved = folder / "model.npz"
    artifact.save(saved, {}, dict(Model.create(ModelOptions(VOCABULARY), 0).parameters))
    command = [sys.executable, "-c", MEMORY, str(FOLDER / "core"), str(folder / "data.npz"), str(saved)]
    grown = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603
    return round(int(grown) / 1024, 1)


async def lag_ms_p99() -> float:
    """Watch how late this event loop wakes."""
    async with watched() as lag:
        await asyncio.sleep(LAG_SECONDS)
    return lag.shown()["p99"]


async def lag_with_thread(windows: Windows) -> float:
    """Watch the loop while training runs in a thread of this process."""
    stop = threading.Event()

    def learn() -> None:
        try:
            options = TrainingOptions(epochs=10_000)
            train(windows, None, ModelOptions(VOCABULARY), options, should_stop=stop.is_set)
        except StoppedError:
            return

    with ThreadPoolExecutor(1) as executor:
        executor.submit(learn)
        try:
            return await lag_ms_p99()
        finally:
            stop.set()


async def lag_with_child(data: Path) -> float:
    """Watch the loop while training runs in a niced process of its own."""
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", CHILD, str(FOLDER / "core"), str(data))
    try:
        await asyncio.sleep(1.0)  # past its imports
        lag = await lag_ms_p99()
        if child.returncode is not None:
            raise RuntimeError(f"expected the child to go on training, got exit status {child.returncode}")
        return lag
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()


def loop_lag(data: Path, windows: Windows) -> dict[str, float]:
    """Compare the loop's lag, p99 in ms: at rest, with a training thread, with a training process."""
    return {
        "loop_lag_ms_p99_idle": asyncio.run(lag_ms_p99()),
        "loop_lag_ms_p99_thread": asyncio.run(lag_with_thread(windows)),
        "loop_lag_ms_p99_child": asyncio.run(lag_with_child(data)),
    }


def run(repeats: int) -> dict[str, Any]:
    """Return everything that is measured."""
    windows = synthetic(2048, seed=2)
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data.npz"
        artifact.save(data, {}, {field.name: getattr(windows, field.name) for field in fields(windows)})
        rss, lag = rss_mb(Path(folder)), loop_lag(data, windows)
    steps = {str(width): step_ms(width, repeats) for width in WIDTHS}
    fraction = sgemm_fraction(steps["64"]["numpy"] / 1e3, ModelOptions(VOCABULARY))
    return {"step_ms": steps, **score_times(), "rss_mb": rss, "sgemm_fraction": fraction, **lag}


def main() -> None:
    """Measure, print, and write where asked."""
    parser = argparse.ArgumentParser(prog="scripts/bench speed", description=__doc__)
    parser.add_argument("--out", type=Path, help="a file for the JSON as well")
    parser.add_argument("--repeats", type=int, default=6, help="steps timed of each kind (default: 6)")
    options = parser.parse_args()
    if os.environ.get("OPENBLAS_NUM_THREADS") != "1":
        parser.error("expected OPENBLAS_NUM_THREADS=1 in the environment, as scripts/bench sets it")
    torch.set_num_threads(1)
    text = json.dumps(run(options.repeats))
    print(text)
    if options.out:
        options.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
