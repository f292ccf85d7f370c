"""The paper's figures, one file each: which trainings they need, what is measured, and the picture."""

from __future__ import annotations

# figure → module with `STUDY`, in the order of the paper
FIGURES: dict[str, str] = {
    "1": "frequency",
    "6": "courses",
    "7": "mask_grid",
    "8": "noise_weight",
    "9": "sizes",
    "10": "case",
    "11": "similarity",
    "14": "strategies",
    "15": "distributions",
    "complexity": "complexity",
}
