"""Figure 10: one window with injected behaviors: attention, losses and events (paper, 5.5)."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from custom_components.smartguard.core.model import Model
from custom_components.smartguard.core.scoring import hidden_losses, visible_losses
from custom_components.smartguard.core.windows import Windows

from ...datasets import Attack, DataError, HomeData
from ...engines import Record
from ...smartguard import SmartGuard
from ...sweeps.judged import options_in
from .plots import BLUE, RED, sheet
from .study import CALLED, SETTINGS, Seeds, Study, holds, of_setting, per_setting, rounded, said, spread

PREFERRED = "MD"
TELLING = 0.7
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
TELLS = {"loss": "its loss", "attention": "little attention paid to it"}


def plan(home: HomeData, seeds: Seeds) -> list[Record]:
    """Return one cell for each setting and seed; raises DataError where no injected positions are known."""
    shown(home)
    return per_setting(home, seeds)


def marked(home: HomeData) -> list[Attack]:
    """Return the attacks that say which positions were injected (not all); raises DataError if none does."""
    found = [a for a in home.attacks if a.injected is not None and 0 < a.injected.mean() < 1]
    if not found:
        raise DataError(f"expected attacks with injected positions of home {home.name}, got none")
    return found


def shown(home: HomeData) -> tuple[Attack, int]:
    """Return the attack and the window of it that is drawn: the middle one, chosen by no score."""
    attacks = marked(home)
    attack = next((attack for attack in attacks if attack.kind == PREFERRED), attacks[0])
    return attack, len(attack.windows) // 2


def look(home: HomeData, cell: Record) -> Record:
    """Train; return the window's attention and losses, and how well either finds injected positions."""
    detector = SmartGuard(len(home.vocabulary), cell["seed"], options_in(cell))
    detector.fit(*home.learnable())
    attack, at = shown(home)
    window = attack.windows.take(slice(at, at + 1))
    return {
        "case": case(home, attack, at),
        "attention": rounded(attention(detector.model, window)[0]),
        "losses": rounded(losses(detector, window)[0]),
        "found": {kind: found(detector, home, kind) for kind in dict.fromkeys(a.kind for a in marked(home))},
    }


def losses(detector: SmartGuard, windows: Windows) -> NDArray[np.float64]:
    """Return the loss of each behavior, (W, n), as the setting judges."""
    judge = visible_losses if detector.options.scoring == "visible" else hidden_losses
    found: NDArray[np.float64] = judge(detector.model, windows).astype(np.float64)
    return found


def attention(model: Model, windows: Windows) -> NDArray[np.float64]:
    """Return who attends to whom, (W, n, n): the mean over the encoder's heads and layers."""
    encoder = model.represent(windows).layers[: model.options.layers]
    mean: NDArray[np.float64] = np.mean(
        [layer.attention.mean(axis=1) for layer in encoder], axis=0, dtype=np.float64
    )
    return mean


def received(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how much each behavior is attended to by the others, (W, n)."""
    others = weights * (1 - np.eye(weights.shape[1]))
    sums: NDArray[np.float64] = others.sum(axis=1)
    return sums


def found(detector: SmartGuard, home: HomeData, kind: str) -> Record:
    """Return the AUROC with which a loss, or little attention, tells injected positions from the others."""
    truth, by_loss, by_attention = [], [], []
    for attack in marked(home):
        if attack.kind == kind and attack.injected is not None:
            truth.append(attack.injected.ravel())
            by_loss.append(losses(detector, attack.windows).ravel())
            by_attention.append(-received(attention(detector.model, attack.windows)).ravel())
    injected = np.concatenate(truth)
    tells = {"loss": by_loss, "attention": by_attention}
    return {name: float(roc_auc_score(injected, np.concatenate(value))) for name, value in tells.items()}


def case(home: HomeData, attack: Attack, at: int) -> Record:
    """Describe the window that is drawn."""
    windows, injected = attack.windows, attack.injected
    events = [
        {
            "control": home.vocabulary.controls[windows.control[at, i] - 1],
            "day": DAYS[windows.weekday[at, i]],
            "hour": float(windows.hour[at, i]),
            "injected": bool(injected is not None and injected[at, i]),
        }
        for i in range(windows.control.shape[1])
    ]
    return {"kind": attack.kind, "window": at, "events": events}


def sum_up(cells: list[Record], records: list[Record]) -> Record:
    """Return means over the seeds."""
    settings: Record = {}
    for name in SETTINGS:
        group = of_setting(name, cells, records)
        settings[name] = {
            "attention": rounded(np.mean([record["attention"] for record in group], axis=0)),
            "losses": rounded(np.mean([record["losses"] for record in group], axis=0)),
            "found": {
                kind: {tell: spread([record["found"][kind][tell] for record in group]) for tell in TELLS}
                for kind in group[0]["found"]
            },
        }
    return {**records[0]["case"], "settings": settings}


def draw(result: Record) -> Figure:
    """Draw the attention, the losses in two ways of judging, and the events."""
    figure, axes = sheet(1, 3, 15.0, 5.2, width_ratios=(1.2, 1, 1), sharey=False)
    events = result["events"]
    names = [
        f"{e['control']}, {e['day']} {int(e['hour']) // 3 * 3}–{int(e['hour']) // 3 * 3 + 3} h"
        for e in events
    ]
    drawn = axes[0, 0].imshow(result["settings"]["paper"]["attention"], cmap="cividis")
    figure.colorbar(drawn, ax=axes[0, 0], shrink=0.8, label="attention")
    axes[0, 0].set_xticks(range(len(events)), range(1, len(events) + 1))
    axes[0, 0].set_xlabel("attended to")
    axes[0, 0].set_title("attention, the paper's model", loc="left")
    axes[0, 0].grid(visible=False)
    for place, name in zip(axes[0, 1:], SETTINGS, strict=True):
        bars(place, result["settings"][name]["losses"], [event["injected"] for event in events])
        place.set_title(f"loss: {CALLED[name]}", loc="left")
        place.set_yticks(range(len(events)), range(1, len(events) + 1))
    axes[0, 0].set_yticks(range(len(events)), [f"{name}  {i}" for i, name in enumerate(names, 1)])
    for label, event in zip(axes[0, 0].get_yticklabels(), events, strict=True):
        label.set(
            color=RED if event["injected"] else "black", fontweight="bold" if event["injected"] else "normal"
        )
    axes[0, 1].legend()
    return figure


def bars(place: Axes, values: list[float], injected: list[bool]) -> None:
    """Draw one bar for each behavior, from the first at the top."""
    for flag, color, label in ((True, RED, "injected"), (False, BLUE, "as it was")):
        chosen = [i for i, value in enumerate(injected) if value == flag]
        hatch = "//" if flag else ""
        place.barh(
            chosen, [values[i] for i in chosen], color=color, hatch=hatch, edgecolor="white", label=label
        )
    place.set_ylim(len(values) - 0.5, -0.5)
    place.set_xlabel("nats")
    place.grid(axis="y", visible=False)


def words(result: Record) -> str:
    """Tell how well losses and attention find injected positions over all windows."""
    kinds = list(next(iter(result["settings"].values()))["found"])
    lines = [f"| model | what tells | {' | '.join(kinds)} |", f"|---|---|{'---|' * len(kinds)}"]
    for name, record in result["settings"].items():
        for tell, called in TELLS.items():
            numbers = " | ".join(said(record["found"][kind][tell]) for kind in kinds)
            lines.append(f"| {CALLED[name]} | {called} | {numbers} |")
    return "\n".join(lines)


def verdict(result: Record) -> str:
    """Say how well attention and losses find injected positions, over all windows and types."""
    means = {
        (name, tell): float(np.mean([kind[tell]["mean"] for kind in record["found"].values()]))
        for name, record in result["settings"].items()
        for tell in TELLS
    }
    return (
        "Over all windows, not this one alone, and as AUROC of injected against other positions: little "
        "attention "
        f"tells {means['paper', 'attention']:.3f} (.5 is chance), so that half of the claim "
        f"{holds(means['paper', 'attention'] > TELLING)}; the loss in sight tells "
        f"{means['paper', 'loss']:.3f}, and "
        f"while hidden {means['ours', 'loss']:.3f}."
    )


STUDY = Study(
    "A case: attention, losses, events",
    plan,
    look,
    sum_up,
    draw,
    words,
    "The injected behaviors get little attention and have high losses. (The window drawn here is the "
    "middle one of "
    "its file, chosen by no score.)",
    verdict,
)
