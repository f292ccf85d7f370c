"""What each channel of evidence brings: SmartGuard less one of them, beside SmartGuard with all."""

from __future__ import annotations

from collections.abc import Sequence

from .. import core_access  # noqa: F401  # before the core is imported

# isort: split
from custom_components.smartguard.core.threshold import SHARES

from ..attacks import Kind
from ..metrics import interval
from .outcome import Record
from .pooled import Pooled, head, is_simulated, lived

FULL = "SmartGuard"
WITHOUT = f"{FULL} without "
INTRO = """## One channel of evidence less

SmartGuard as it is, and less each of its channels in turn, whose share of the budget is then the others'. A
channel that is left out changes the calibration alone: all rows of a seed have the same network and the same
anomalies. Under each table is what changes when a channel is left out, of all homes of the table together:
differences from the first row, seed by seed, with their 95 % interval. It covers networks and the drawing of
anomalies, not other homes. *Nothing* is said where no interval lies apart from zero.
"""


def section(homes: Sequence[Record]) -> str:
    """Write the section: real homes, then simulated ones; empty where nothing was left out."""
    groups = [[h for h in homes if not is_simulated(h)], [h for h in homes if is_simulated(h)]]
    parts = [
        _group(title, group) for title, group in zip(("Real homes", "Simulated homes"), groups, strict=True)
    ]
    return "\n".join([INTRO, *(part for part in parts if part)]) if homes else ""


def _group(title: str, homes: Sequence[Record]) -> str:
    if not homes:
        return ""
    models = list(homes[0]["models"])
    rows = [Pooled.of(homes, m).row("none" if m == FULL else m.removeprefix(WITHOUT)) for m in models]
    table = head("left out") + "\n".join(rows)
    seeds = [seed for seed in homes[0]["seeds"] if all(seed in home["seeds"] for home in homes)]
    said = _said(homes, seeds) if len(seeds) > 1 else "One seed tells no difference."
    commands = "\n".join(f"`{_command(home)}`" for home in homes)
    return f"### {title}\n\n{lived(homes)} {_shares(homes)}\n\n{table}\n\n{said}\n\n{commands}\n"


def _shares(homes: Sequence[Record]) -> str:
    """Say how the budget was split, and whether it still is: results may be older than the shares."""
    shares = homes[0]["shares"]
    said = ", ".join(f"{channel} {share:g}" for channel, share in shares.items())
    others = "" if shares == SHARES else ", which are not those that ship: to be computed anew"
    return f"Shares of the budget: {said}{others}."


def _said(homes: Sequence[Record], seeds: Sequence[int]) -> str:
    """Say what changes without each channel, and without which of them nothing fewer is found."""
    less = [model for model in homes[0]["models"] if model != FULL]
    said = [f"- Without *{m.removeprefix(WITHOUT)}*: {_changes(homes, seeds, m)}." for m in less]
    idle = [m.removeprefix(WITHOUT) for m in less if not _is_missed(homes, seeds, m)]
    return "\n".join([*said, f"- No kind is found less without: {', '.join(idle) or 'none of them'}."])


def _changes(homes: Sequence[Record], seeds: Sequence[int], model: str) -> str:
    """Say what is other than with all channels, as far as the seeds tell it apart."""
    differences = {str(kind): _recall_gained(homes, seeds, model, kind) for kind in Kind}
    differences["false alerts a week"] = _false_gained(homes, seeds, model)
    said = []
    for name, values in differences.items():
        middle, (low, high) = interval(values)
        if low > 0 or high < 0:
            said.append(f"{name} {middle:+.2f} ({low:+.2f} … {high:+.2f})")
    return ", ".join(said) or "*nothing*"


def _is_missed(homes: Sequence[Record], seeds: Sequence[int], model: str) -> bool:
    """Say whether a kind is found less than with all channels, as far as the seeds tell it apart."""
    return any(interval(_recall_gained(homes, seeds, model, kind))[1][1] < 0 for kind in Kind)


def _recall_gained(homes: Sequence[Record], seeds: Sequence[int], model: str, kind: Kind) -> list[float]:
    """Return by how much the recall of a kind is higher than with all channels, seed by seed."""

    def count(name: str, what: str, seed: int) -> int:
        return sum(home["models"][name][f"{what}_by_seed"][kind][home["seeds"].index(seed)] for home in homes)

    return [
        (count(model, "told", seed) - count(FULL, "told", seed)) / max(count(FULL, "injected", seed), 1)
        for seed in seeds
    ]


def _false_gained(homes: Sequence[Record], seeds: Sequence[int], model: str) -> list[float]:
    """Return by how much the false alerts a week are more than with all channels, seed by seed."""
    weeks = sum(home["weeks"] for home in homes)

    def count(name: str, seed: int) -> int:
        return sum(alert["seed"] == seed for home in homes for alert in home["models"][name]["alerts"])

    return [(count(model, seed) - count(FULL, seed)) / weeks for seed in seeds]


def _command(home: Record) -> str:
    """Return the command that made a result."""
    days, channels = home["days"], [m.removeprefix(WITHOUT) for m in home["models"] if m != FULL]
    return (
        f"scripts/trainer field --log {home['log']}.csv --tz {home['zone']} --train-days {days['train']} "
        f"--calibrate-days {days['calibrate']} --budget {home['budget']:g} --seeds {len(home['seeds'])} "
        f"--each {home['each']} --model {FULL} --without {' '.join(channels)} --truth truth.json "
        f"--out ablation_field_{home['log']}.json"
    )
