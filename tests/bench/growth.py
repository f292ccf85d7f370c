"""`scripts/bench growth`: how time and memory grow with a home's devices, its behaviors a day and its days.

Each home is measured in a process of its own, by the processor's time. The exponent of a figure is the slope
of its logarithm over that of the scale: 0 does not grow, 1 grows in step.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from .cells import add_files, measured, written

MODULE: Final = "tests.bench.growth_case"
BASE: Final = {"devices": 10, "per_day": 100, "days": 20}
SCALES: Final = (1, 10, 100)


def exponents(scales: Sequence[int], rows: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return the slope of each figure, least squares in logarithms; what was 0 has none."""
    across = np.log(np.array(scales, np.float64))
    found = {}
    for name in rows[0]:
        values = np.array([row[name] for row in rows], np.float64)
        if (values > 0).all():
            found[name] = round(float(np.polyfit(across, np.log(values), 1)[0]), 2)
    return found


def main() -> None:
    """Measure each axis at each scale, print what was found, and write it where asked."""
    parser = argparse.ArgumentParser(prog="scripts/bench growth", description=__doc__)
    parser.add_argument(
        "--scales", type=int, nargs="+", default=SCALES, help="times the base (default: 1 10 100)"
    )
    parser.add_argument("--axes", nargs="+", choices=BASE, default=list(BASE), help="what grows")
    add_files(parser)
    plan = parser.parse_args()
    result: dict[str, Any] = {"base": BASE, "axes": {}}
    for axis in plan.axes:
        homes = [{**BASE, axis: BASE[axis] * scale} for scale in plan.scales]
        rows = [measured(MODULE, "home", home, plan.resume) for home in homes]
        slopes = exponents(plan.scales, rows)
        result["axes"][axis] = {"scales": list(plan.scales), "rows": rows, "exponents": slopes}
    written(result, plan.out)


if __name__ == "__main__":
    main()
