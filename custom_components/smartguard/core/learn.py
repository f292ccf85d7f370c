"""From behaviors to a guard: train, calibrate on days held out, judge the candidate.

The newest days are held out. The network learns from the days before them, on from where the present one
ended if there is one; channels are calibrated by cross-fitting (blocks of days, each judged by channels
fitted on the other blocks), the sequence score on the held-out days, and the guard that comes out has its
channels fitted on all days.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from .behavior import Behavior, Phase, phase
from .budget import Budget
from .calibration import SEQUENCE, HeldOut, calibrate, cross_fit, fit_channels, fit_settling
from .errors import NotEnoughDataError
from .evidence import Finding, History, local_day
from .guard import Guard
from .hindsight import past_losses
from .model import ModelOptions
from .novelty import GRACE, FirstTimes
from .scoring import hidden_losses, nwrl_weights
from .sequence import SequenceScore, chatty_entities, thin
from .training import TrainingResult, train
from .training_options import TrainingOptions
from .vocabulary import UNKNOWN, Vocabulary
from .warm_start import warm_start, warmed
from .windows import WINDOW, cut, encode, tick_ends

LIVE_TRAINING = TrainingOptions(
    epochs=25,
    batch=64,
    learning_rate=2e-3,
    final_rate=0.05,
    mask_strategy="loss_sampled",
    mask_ratio=0.2,
    mask_step=1,
)
"""Chosen by the held-out hidden loss of one simulated home: many small steps, few positions hidden."""

LEAST_BEHAVIORS, LEAST_DAYS, LEAST_DEVICES = 120, 3, 2
_LEAST_USES = 3
"""A control met less often than this in training has no weight in the sequence score."""
_LEAST_CALIBRATED = 7
"""Days that are cross-fitted at least, however much happens on them."""
_LEAST_TIME = 0.25
"""Share of a night's time that the network has at least."""
_VALIDATED = 10
"""For so many windows to train on there is one that helps to decide which epoch is kept."""
_NO_WORSE = 1.05
"""A candidate may lose at most five percent against the guard that it replaces."""


@dataclass(frozen=True)
class LearnOptions:
    """How to learn.

    zone: name of the home's time zone. windows: the most training windows (the newest are kept).
    held_out: share of the days that are held out, at most `held_out_days`. folds: blocks of days for
    cross-fitting. calibrated_days, calibrated: the newest days that are cross-fitted, with so many behaviors
    at most, since that costs as often as there are folds. seconds: of processor time that a night has, None
    for as many as it takes. tick_share: windows looked at between two behaviors, as a tick does. patient:
    keys of entities that do no harm by staying on or open.
    """

    zone: str
    seed: int = 0
    windows: int = 6000
    held_out: float = 0.25
    held_out_days: int = 7
    folds: int = 6
    calibrated_days: int = 120
    calibrated: int = 50_000
    seconds: float | None = 600.0
    tick_share: float = 0.2
    patient: tuple[str, ...] = ()
    training: TrainingOptions = LIVE_TRAINING


@dataclass(frozen=True)
class Learned:
    """A candidate and what is to be said about it; `report["accepted"]` tells whether to use it.

    losses: of the days held out, in nats: how strange they were to a network that had not seen them.
    held_out: what the guard was calibrated by.
    """

    guard: Guard
    report: Mapping[str, Any]
    losses: Sequence[tuple[Behavior, float]]
    held_out: HeldOut


def learn(
    behaviors: Sequence[Behavior],
    options: LearnOptions,
    progress: Callable[[float], None] = lambda _share: None,
    should_stop: Callable[[], bool] = lambda: False,
    incumbent: Guard | None = None,
) -> Learned:
    """Learn a guard from a home's behaviors (any order).

    progress is told the share done in [0, 1]; should_stop is asked at every micro-batch. incumbent: the
    guard that a candidate is to replace: its network goes on to learn, and is what the new one is measured
    by. Raises NotEnoughDataError for a history that is too small, too short or of one device, StoppedError.
    """
    budget = Budget(options.seconds)
    zone = ZoneInfo(options.zone)
    ordered = sorted(set(behaviors), key=lambda b: (b.time, b.entity, b.control))
    _check(ordered, zone)
    history = History.of(ordered, Vocabulary.from_behaviors(ordered), zone, frozenset(options.patient))
    older, newest = _hold_out(history, options)
    lately = _lately(history, options)
    found = cross_fit(lately, options.folds)
    progress(0.1)
    channels, settling = fit_channels(history), fit_settling(history)
    progress(0.15)
    # The channels take what they take; the network learns in the time that is left.
    within = replace(options, training=replace(options.training, seconds=budget.left(_LEAST_TIME)))
    chatty = chatty_entities(older)
    result, weights = _train(
        older, chatty, within, lambda share: progress(0.15 + 0.75 * share), should_stop, incumbent
    )
    sequence = SequenceScore(history.vocabulary, zone, result.model, weights, chatty)
    found[SEQUENCE] = sequence.judged(newest.behaviors)
    progress(0.95)
    held_out = _held_out(history, lately, newest, found)
    tails, together = calibrate(held_out)
    guard = Guard(
        history.vocabulary,
        zone,
        sequence,
        **channels,  # type: ignore[arg-type]
        **settling,  # type: ignore[arg-type]
        tails=tails,
        together=together,
        about=_about(history, lately, newest, result),
    )
    report = {**guard.about, **_judge_candidate(guard, incumbent, newest)}
    losses = past_losses(sequence, newest.behaviors)
    progress(1.0)
    return Learned(guard, report, losses, held_out)


def _check(behaviors: Sequence[Behavior], zone: ZoneInfo) -> None:
    days = len({local_day(b.time, zone) for b in behaviors})
    devices = len({b.device for b in behaviors})
    for name, expected, got in (
        ("behaviors", LEAST_BEHAVIORS, len(behaviors)),
        ("days", LEAST_DAYS, days),
        ("devices", LEAST_DEVICES, devices),
    ):
        if got < expected:
            raise NotEnoughDataError(f"expected at least {expected} {name} to learn from, got {got}")


def _hold_out(history: History, options: LearnOptions) -> tuple[History, History]:
    """Split into the older days and the newest, which nothing is trained on."""
    days = sorted({local_day(b.time, history.zone) for b in history.behaviors})
    count = int(min(max(1, round(options.held_out * len(days))), options.held_out_days))
    first = days[-count]
    older = frozenset(d for d in history.days if d < first)
    return history.on(older), history.on(history.days - older)


def _lately(history: History, options: LearnOptions) -> History:
    """Return the newest days that are to be cross-fitted, a week at least."""
    days = sorted(history.days)
    oldest = days[-options.calibrated_days :][0]
    if len(history.behaviors) > options.calibrated:
        full = local_day(history.behaviors[-options.calibrated].time, history.zone) + 1
        oldest = max(oldest, min(full, days[-_LEAST_CALIBRATED:][0]))
    return history.on(frozenset(day for day in days if day >= oldest))


def _train(
    older: History,
    chatty: frozenset[str],
    options: LearnOptions,
    progress: Callable[[float], None],
    should_stop: Callable[[], bool],
    incumbent: Guard | None,
) -> tuple[TrainingResult, NDArray[np.float32]]:
    """Train on windows of the older days, the newest of them for early stopping."""
    stream = encode(thin(older.behaviors, chatty), older.vocabulary, older.zone)
    if len(stream.time) < 2 * WINDOW:
        raise NotEnoughDataError(
            f"expected at least {2 * WINDOW} behaviors in the days to train on, got {len(stream.time)}"
        )
    rng = np.random.default_rng(options.seed)
    windows = cut(stream, WINDOW, tick_ends(stream, WINDOW, options.tick_share, rng))
    split = len(windows) - max(1, min(len(windows), options.windows) // _VALIDATED)
    training = windows.take(slice(max(0, split - options.windows), split))
    start = None
    if incumbent is not None:
        before = incumbent.sequence.model
        start = warm_start(before, incumbent.vocabulary, older.vocabulary, options.seed)
    result = train(
        training,
        windows.take(slice(split, None)),
        ModelOptions(vocabulary=len(older.vocabulary)),
        options.training if start is None else warmed(options.training),
        start=start,
        progress=progress,
        should_stop=should_stop,
    )
    met = np.bincount(stream.control, minlength=len(older.vocabulary))
    # Controls never met have no loss of their own: they must not shift the mean of equation 17 either.
    known = (met >= _LEAST_USES) & (np.arange(len(met)) != UNKNOWN)
    weights = np.zeros(len(met), np.float32)
    weights[known] = nwrl_weights(np.concatenate([[0.0], result.loss_vector[known]]))[1:]
    return result, weights


def _held_out(
    history: History, lately: History, newest: History, found: Mapping[str, list[tuple[float, Finding]]]
) -> HeldOut:
    """Take what was found as the watch would: nothing against newcomers, and first times beside it."""
    firsts, strange = FirstTimes(), []
    for b in history.behaviors:
        firsts.observe(b)
        reason = firsts.find(b)
        if reason is not None and local_day(b.time, history.zone) in lately.days:
            strange.append(reason)
    heard = {
        name: [(time, f) for time, f in judged if firsts.age(f.behaviors, time) >= GRACE]
        for name, judged in found.items()
    }
    ends = tuple(b for b in lately.behaviors if phase(b.control) is Phase.END)
    end = history.behaviors[-1].time
    ages = {b.entity: firsts.age((b,), end) for b in history.behaviors}
    came_later = {entity: age for entity, age in ages.items() if isfinite(age)}
    return HeldOut(heard, tuple(strange), ends, lately.weeks, newest.weeks, came_later)


def _about(history: History, lately: History, newest: History, result: TrainingResult) -> dict[str, Any]:
    return {
        "behaviors": len(history.behaviors),
        "days": len(history.days),
        "calibrated_days": len(lately.days),
        "held_out_days": len(newest.days),
        "controls": len(history.vocabulary) - 1,
        "devices": len(history.vocabulary.devices),
        "epochs": len(result.history),
        "newest": history.behaviors[-1].time,
    }


def _judge_candidate(guard: Guard, incumbent: Guard | None, newest: History) -> dict[str, Any]:
    """Compare the mean hidden loss on the held-out days, over controls that both guards know."""
    if incumbent is None:
        return {"accepted": True, "reason": "first model", "loss": _mean_loss(guard, newest.behaviors)}
    shared = {(t.entity, t.control) for t in guard.vocabulary.tokens} & {
        (t.entity, t.control) for t in incumbent.vocabulary.tokens
    }
    behaviors = [b for b in newest.behaviors if (b.entity, b.control) in shared]
    loss, before = _mean_loss(guard, behaviors), _mean_loss(incumbent, behaviors)
    report: dict[str, Any] = {"loss": loss, "loss_before": before}
    if loss is None or before is None:
        return {**report, "accepted": True, "reason": "too few days in common to compare"}
    if loss > before * _NO_WORSE:
        reason = f"expected a loss of at most {before * _NO_WORSE:.3f} on the newest days, got {loss:.3f}"
        return {**report, "accepted": False, "reason": reason}
    return {**report, "accepted": True, "reason": "no worse on the newest days"}


def _mean_loss(guard: Guard, behaviors: Iterable[Behavior]) -> float | None:
    windows = guard.sequence.windows(guard.sequence.read(behaviors))
    return float(hidden_losses(guard.sequence.model, windows).mean()) if len(windows) else None
