"""What the caps of a night cost in detection, of the page of load."""

from __future__ import annotations

from .caps import SHIPPED
from .rows import Record, table

CAPS = """## What the caps cost

`scripts/trainer caps` learns one simulated home with the caps as they ship and with each moved, alone, and
lives through the days that follow, as in [the field](field_results.md): false alerts on the days as they are,
and how many of the anomalies that were injected into them are told. The loss is the mean over the newest
learned days, which the network had not seen: lower is better.

"""


def costs(result: Record) -> list[str]:
    """Return the lines of the result of `scripts/trainer caps`."""
    said = (
        f"Household {result['household']}: {result['learned']} days learned ({result['behaviors']:,} "
        f"behaviors), {result['lived']} lived through, {result['each']} anomalies of each type, "
        f"seeds: {len(result['seeds'])}."
    )
    kinds = list(result["rows"][0]["told"])
    rows = [
        [
            _moved(row),
            f"{row['cpu_s']:.0f}",
            f"{row['epochs']:g}",
            f"{row['loss']:.3f}",
            f"{row['false_alerts_per_week']:.1f}",
            *(f"{row['told'][kind]}/{row['injected'][kind]}" for kind in kinds),
        ]
        for row in result["rows"]
    ]
    head = [
        "cap",
        "processor, s",
        "epochs",
        "loss, nats",
        "false alerts a week",
        *(f"told {k}" for k in kinds),
    ]
    return [said, "", *table(head, rows)]


def _moved(row: Record) -> str:
    names: dict[str, str] = {
        "windows": "the newest {:,.0f} windows",
        "epochs": "{:g} epochs at most",
        "calibrated_days": "{:g} days cross-fitted",
        "seconds": "{:g} s a night",
    }
    return names.get(row["cap"], SHIPPED).format(row["value"])
