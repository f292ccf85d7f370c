"""What each channel of evidence brings: SmartGuard less one of them, beside SmartGuard with all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

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
    said = [f"- Without *{m.removeprefix(WITHOUT)}*: {_changes(homes, m)}." for m in models if m != FULL]
    table = head("left out") + "\n".join(rows)
    commands = "\n".join(f"`{_command(home)}`" for home in homes)
    return f"### {title}\n\n{lived(homes)}\n\n{table}\n\n{chr(10).join(said)}\n\n{commands}\n"


def _changes(homes: Sequence[Record], model: str) -> str:
    """Say what is other than with all channels, as far as the seeds tell it apart."""
    if len(homes[0]["seeds"]) < 2:
        return "one seed tells nothing"
    differences = {str(kind): _recall_gained(homes, model, kind) for kind in Kind}
    differences["false alerts a week"] = _false_gained(homes, model)
    said = []
    for name, values in differences.items():
        middle, (low, high) = interval(values)
        if low > 0 or high < 0:
            said.append(f"{name} {middle:+.2f} ({low:+.2f} … {high:+.2f})")
    return ", ".join(said) or "*nothing*"


def _recall_gained(homes: Sequence[Record], model: str, kind: Kind) -> list[float]:
    """Return by how much the recall of a kind is higher than with all channels, seed by seed."""

    def by_seed(name: str, what: str) -> list[int]:
        lists = [home["models"][name][f"{what}_by_seed"][kind] for home in homes]
        return [sum(counts) for counts in zip(*lists, strict=True)]

    told, before = by_seed(model, "told"), by_seed(FULL, "told")
    injected = by_seed(FULL, "injected")
    return [(t - b) / max(i, 1) for t, b, i in zip(told, before, injected, strict=True)]


def _false_gained(homes: Sequence[Record], model: str) -> list[float]:
    """Return by how much the false alerts a week are more than with all channels, seed by seed."""
    weeks = sum(home["weeks"] for home in homes)

    def alerts(name: str) -> Counter[int]:
        return Counter(alert["seed"] for home in homes for alert in home["models"][name]["alerts"])

    more, before = alerts(model), alerts(FULL)
    return [(more[seed] - before[seed]) / weeks for seed in homes[0]["seeds"]]


def _command(home: Record) -> str:
    """Return the command that made a result."""
    days, channels = home["days"], [m.removeprefix(WITHOUT) for m in home["models"] if m != FULL]
    return (
        f"scripts/trainer field --log {home['log']}.csv --tz {home['zone']} --train-days {days['train']} "
        f"--calibrate-days {days['calibrate']} --budget {home['budget']:g} --seeds {len(home['seeds'])} "
        f"--each {home['each']} --model {FULL} --without {' '.join(channels)} --truth truth.json "
        f"--out ablation_field_{home['log']}.json"
    )
