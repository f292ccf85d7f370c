"""`python -m trainer COMMAND …`: one row per command; each reads its own arguments."""

from __future__ import annotations

import sys
from importlib import import_module

# command → (module with `main(arguments) -> exit status`, what it does)
COMMANDS: dict[str, tuple[str, str]] = {
    "simulate": ("trainer.simulate.command", "write the history of a synthetic home as CSV"),
    "convert": ("trainer.convert.command", "the authors' published pickles become our data format"),
    "train": ("trainer.paper.train", "train and judge one model on one home, with the paper's flags"),
    "sweep": ("trainer.sweeps.command", "a grid of options and seeds: here, in processes, or on Ray"),
    "figure": ("trainer.paper.figures.command", "one of the paper's figures: JSON and a picture"),
    "table": ("trainer.paper.tables.command", "one of the paper's tables beside its numbers: 3, 4 or time"),
    "growth": ("trainer.load.growth", "the picture of how time and memory grow with a home"),
    "curves": ("trainer.field.curves", "the pictures of the field: by days of history, by false alerts"),
    "caps": ("trainer.load.caps", "what each cap that keeps a small computer alive costs in detection"),
    "report": ("trainer.report", "write the pages of docs/ anew from trainer/results"),
    "replay": ("trainer.field.replay", "live through a home's log as it is and write every alert"),
    "field": ("trainer.field.field", "false alerts on a home's log, recall and delay of injected anomalies"),
    "rolling": ("trainer.field.rolling", "the same on a log that is learned for several lengths of time"),
    "first-times": ("trainer.field.first_times", "what is told of what a known device never did before"),
    "changed": (
        "trainer.field.changed",
        "a simulated home that changes: when that is noticed, and what it tells",
    ),
    "ablation": ("trainer.trials.ablation", "what each part of the score and of the training does"),
    "suite": ("trainer.suites", "judge models on a home: suite paper, honest or hard"),
}


def main(arguments: list[str]) -> int:
    """Run one command; without a known one say which there are."""
    name = arguments[0] if arguments else ""
    if name not in COMMANDS:
        lines = [f"  {command:11} {what}" for command, (_, what) in COMMANDS.items()]
        print("usage: python -m trainer COMMAND …", *lines, sep="\n")
        return 0 if name in ("-h", "--help") else 2
    status: int = import_module(COMMANDS[name][0]).main(arguments[1:])
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
