"""The paper's tables, and time to their quality."""

from __future__ import annotations

# name → (module with PLANS by name, what it shows)
TABLES: dict[str, tuple[str, str]] = {
    "3": ("comparison", "every detector, as published and fair"),
    "3-authors": ("comparison", "SmartGuard at its authors' size, one seed"),
    "4": ("ablation", "what mask, time and noise-awareness each do, C0 to C4"),
    "4-authors": ("ablation", "the same at the authors' size, one seed"),
    "time": ("quality", "time and memory to Table 3's quality, beside the authors' 60 epochs"),
}
