"""`python -m trainer report`: write the pages of docs/ that are made from result files."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from .detector import OptionError
from .paper.flags import Parser, guarded

PROG = "trainer report"
ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "trainer" / "results"
DOCS = ROOT / "docs"
HEAD = "<!-- Made by `scripts/trainer report` from trainer/results: do not edit. -->\n\n"

# page of docs/ → module with `page(folder of the results) -> Markdown`; raises SmartGuardError, OSError
PAGES: dict[str, str] = {
    "paper_results.md": "trainer.paper.tables.page",
    "paper_figures.md": "trainer.paper.figures.page",
    "field_results.md": "trainer.field.page",
    "honest_detection.md": "trainer.trials.page",
    "faults.md": "trainer.faults_page",
    "load.md": "trainer.load.page",
}


def main(arguments: list[str]) -> int:
    """Write every page; return the exit status."""
    made = Parser(PROG, __doc__)
    made.add_argument("--results", type=Path, default=RESULTS, help="folder of the result files")
    made.add_argument("--docs", type=Path, default=DOCS, help="folder of the pages")
    chosen = made.parse_args(arguments)
    return guarded(PROG, lambda: write_pages(chosen.results, chosen.docs))


def write_pages(results: Path, docs: Path) -> None:
    """Make all pages before the first one is written; raises OptionError where there are no results."""
    if not any(results.glob("*.json")):
        raise OptionError(f"expected a folder of result files for --results, got {results}")
    if not docs.is_dir():
        raise OptionError(f"expected a folder that is there for --docs, got {docs}")
    texts = {}
    for name, module in PAGES.items():
        page: Callable[[Path], str] = import_module(module).page
        texts[name] = HEAD + page(results)
    for name, text in texts.items():
        (docs / name).write_text(text, encoding="utf-8")
        print(docs / name)
