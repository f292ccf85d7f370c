"""Sweeps: the same numbers from every engine, finished cells kept, nothing left running."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress
from functools import partial
from multiprocessing import active_children
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is only in the trainer's environment")

from trainer import datasets
from trainer.__main__ import main
from trainer.datasets import DataError
from trainer.detector import options_of
from trainer.engines import ENGINES, LostWorkerError, Record, Work, engine_of
from trainer.engines.in_process import InProcess
from trainer.engines.local import LocalProcesses
from trainer.smartguard import SmartGuard
from trainer.sweeps.judged import cell_of, fingerprint, options_in
from trainer.sweeps.run import run_cells
from trainer.sweeps.store import Store

from .said import refusal
from .tiny_home import NAME, arrays, write

ROOT = Path(__file__).resolve().parents[2]
SMALL = ["--grid", "embedding=16,32", "epochs=2", "mask_step=1", "layer=1"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return write(tmp_path / "data")


def arguments(folder: Path, engine: str, *more: str) -> list[str]:
    given = [
        "sweep",
        "--dataset",
        NAME,
        "--data",
        str(folder),
        "--model",
        "SmartGuard",
        *SMALL,
        "--seeds",
        "2",
    ]
    where = [
        "--cells",
        str(folder.parent / f"cells-{engine}"),
        "--out",
        str(folder.parent / f"{engine}.json"),
    ]
    return [*given, "--engine", engine, "--workers", "2", *where, *more]


def numbers(path: Path) -> list[Any]:
    """Read the options and what was judged of each row; how long it took is nobody's promise."""
    rows = json.loads(path.read_text(encoding="utf-8"))["rows"]
    return [(row["options"], row["threshold"], row["types"]) for row in rows]


def listening(session: int, folder: Path) -> set[str]:
    """List the addresses on which a session of processes listens, loopback left out."""
    ours = {socket for process in running(session, folder) for socket in sockets(process)}
    found = set()
    for name in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{name}").read_text(encoding="ascii").splitlines()[1:]:
            _, local, _, state, *_, inode = line.split()[:10]
            is_loopback = local.startswith(("0100007F", "0000000000000000FFFF00000100007F"))
            if state == "0A" and not is_loopback and f"socket:[{inode}]" in ours:
                found.add(local)
    return found


def sockets(process: Path) -> list[str]:
    """List the sockets and files that a process holds; none of one that has ended."""
    found: list[str] = []
    with suppress(OSError):
        found.extend(str(file.readlink()) for file in (process / "fd").iterdir())
    return found


def running(session: int, folder: Path) -> dict[Path, str]:
    """Return what still runs in a session of processes, or was told a folder, with its command."""
    found = {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            stat = (path / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            command = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue  # it ended meanwhile
        if (int(stat[3]) == session or str(folder) in command) and stat[0] != "Z":
            found[path] = command
    return found


def test_processes_give_the_numbers_of_one_process(folder: Path) -> None:
    for engine in ("in-process", "local"):
        assert main(arguments(folder, engine)) == 0
    ours = numbers(folder.parent / "in-process.json")
    assert [options["embedding"] for options, _, _ in ours] == [16, 32]
    assert ours == numbers(folder.parent / "local.json")


@pytest.fixture
def short() -> Iterator[Path]:
    """Return a folder with a short name: Ray's sockets lie in it, and their names may have 107 bytes."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="what listens is read from /proc")
def test_ray_gives_the_same_numbers_on_loopback_alone_and_leaves_nothing_behind(
    folder: Path, short: Path
) -> None:
    pytest.importorskip("ray", reason="Ray is optional")
    assert main(arguments(folder, "in-process")) == 0
    environment = {k: v for k, v in os.environ.items() if not k.startswith("RAY_")}
    environment |= {"PYTHONPATH": str(ROOT), "TMPDIR": str(short)}
    heard = set()
    command = [sys.executable, "-m", "trainer", *arguments(folder, "ray")]
    with subprocess.Popen(command, cwd=folder, env=environment, start_new_session=True) as ran:
        began = False
        while ran.poll() is None:
            heard |= listening(ran.pid, short)
            began = began or any("raylet" in command for command in running(-1, short).values())
            time.sleep(0.05)
    assert ran.returncode == 0
    assert began
    assert numbers(folder.parent / "ray.json") == numbers(folder.parent / "in-process.json")
    assert heard == set()
    deadline = time.monotonic() + 180
    while running(ran.pid, short) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert running(ran.pid, short) == {}
    assert list(short.iterdir()) == []


class Stopped:
    """An engine that is stopped by hand once it has given some records."""

    def __init__(self, after: int) -> None:
        self.after = after
        self.computed: list[int] = []
        self.closed = False

    def run(
        self, work: Work, shared: Any, cells: Sequence[Record]
    ) -> Generator[tuple[int, Record], None, None]:
        try:
            for place, cell in enumerate(cells):
                if place == self.after:
                    os.kill(os.getpid(), signal.SIGTERM)
                self.computed.append(cell["x"])
                yield place, work(shared, cell)
        finally:
            self.closed = True


def doubled(shared: int, cell: Record) -> Record:
    return {"y": shared * cell["x"]}


def test_a_stopped_sweep_goes_on_where_it_was(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cells, store = [{"x": x} for x in range(5)], Store(tmp_path / "cells")
    stopped, resumed = Stopped(3), Stopped(99)
    with pytest.raises(KeyboardInterrupt):
        run_cells(stopped, doubled, 10, cells, store=store, what="a sweep")
    assert "finished cells are kept" in capsys.readouterr().err
    assert stopped.closed
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    assert len(list(store.folder.iterdir())) == 3
    finished = run_cells(resumed, doubled, 10, cells, store=store, what="a sweep")
    assert resumed.computed == [3, 4]
    assert finished.records == [{"y": 10 * x} for x in range(5)]
    assert finished.seconds > 0
    again = Stopped(99)
    assert run_cells(again, doubled, 10, cells, store=store, what="a sweep").records == finished.records
    assert again.computed == []
    fresh = Store(store.folder, fresh=True)
    run_cells(again, doubled, 10, cells, store=fresh, what="a sweep")
    assert again.computed == [0, 1, 2, 3, 4]


def test_a_damaged_cell_is_computed_again(tmp_path: Path) -> None:
    cells, store = [{"x": 1}, {"x": 2}], Store(tmp_path)
    run_cells(InProcess(), doubled, 2, cells, store=store, what="a sweep")
    files = sorted(tmp_path.iterdir())
    files[0].write_text("{", encoding="utf-8")
    files[1].write_text("[]", encoding="utf-8")
    engine = Stopped(99)
    assert run_cells(engine, doubled, 3, cells, store=store, what="a sweep").records == [{"y": 3}, {"y": 6}]
    assert engine.computed == [1, 2]


def test_a_cell_names_the_work_the_data_and_every_option(folder: Path) -> None:
    home = datasets.load(NAME, folder)
    options = options_of(SmartGuard, {"ttpe": ("hour",), "mask_ratio": 0.6})
    cell = json.loads(json.dumps(cell_of(home, SmartGuard, options, 4)))
    assert options_in(cell) == options
    assert (cell["model"], cell["seed"]) == ("SmartGuard", 4)
    changed = arrays()
    changed["train"][0, 0, 0] ^= 1
    write(folder, changed)
    assert fingerprint(datasets.load(NAME, folder)) != cell["data"]
    store = Store(folder)
    assert len({store.path(one) for one in (cell, {**cell, "seed": 5}, {**cell, "data": "other"})}) == 3


@pytest.mark.parametrize("name", [name for name in ENGINES if name != "ray"])
def test_an_error_of_a_cell_is_the_sweeps(name: str, tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        run_cells(engine_of(name, 1), doubled, 1, [{"z": 1}], store=Store(tmp_path), what="a sweep")
    assert list(tmp_path.iterdir()) == []


def identity(shared: int, cell: Record) -> Record:
    return {"process": os.getpid(), "shared": shared, **cell}


def test_fresh_processes_are_used_once() -> None:
    cells = [{"x": x} for x in range(2)]
    records = [record for _, record in LocalProcesses(1, fresh=True).run(identity, 7, cells)]
    assert sorted(record["x"] for record in records) == [0, 1]
    assert {record["shared"] for record in records} == {7}
    assert len({record["process"] for record in records} | {os.getpid()}) == 3


def killed(shared: int, cell: Record) -> Record:
    os.kill(os.getpid(), signal.SIGKILL)
    return cell


def endless(shared: int, cell: Record) -> Record:
    if cell["x"]:
        time.sleep(600)
    return {"y": shared}


def test_a_closed_engine_gives_up_what_runs() -> None:
    running = LocalProcesses(2).run(endless, 1, [{"x": 0}, {"x": 1}, {"x": 2}])
    assert next(running) == (0, {"y": 1})
    running.close()
    assert active_children() == []


SWEEP = ["sweep", "--dataset", NAME, "--model", "SmartGuard", "--grid", "layer=1"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([*SWEEP, "--dataset", "nowhere"], "expected a data set of tiny in"),
        ([*SWEEP, "--model", "Oracle"], "expected a model of 6thSense"),
        ([*SWEEP, "--engine", "slurm"], "expected one of in-process, local, ray, got 'slurm'"),
        ([*SWEEP, "--workers", "0"], "expected a whole number of at least 1, got '0'"),
        ([*SWEEP, "--seeds", "many"], "expected how many seeds (3) or which (0,1,2), got 'many'"),
        ([*SWEEP, "--seeds", "0"], "expected how many seeds (3) or which (0,1,2), got '0'"),
        ([*SWEEP, "--seeds", "1,,2"], "expected how many seeds (3) or which (0,1,2), got '1,,2'"),
        ([*SWEEP, "--seeds", "1,1"], "expected each seed once, got '1,1'"),
        ([*SWEEP, "--grid", "layer"], "expected each option once as OPTION=A,B for --grid, got 'layer'"),
        ([*SWEEP, "--grid", "depth=2"], "expected options of SmartGuard (mask_strategy,"),
        ([*SWEEP, "--grid", "layer=deep"], "expected a whole number for layer, got 'deep'"),
        ([*SWEEP, "--grid", "mask_ratio=much"], "expected a number for mask_ratio, got 'much'"),
        ([*SWEEP, "--grid", "mu=nan"], "expected a number for mu, got 'nan'"),
        ([*SWEEP, "--grid", "rate=inf"], "expected a number for rate, got 'inf'"),
        ([*SWEEP, "--grid", "typical=maybe"], "expected on or off for typical, got 'maybe'"),
        ([*SWEEP, "--grid", "ttpe=hour+year"], "hour, day, duration, got 'year'"),
        ([*SWEEP, "--grid", "mask_ratio=7"], "expected ratios between 0 and 1"),
    ],
)
def test_bad_input_is_one_line_and_writes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], given: list[str], said: str
) -> None:
    places = ["--cells", str(folder.parent / "cells"), "--out", str(folder.parent / "o.json")]
    assert said in refusal(capsys, [*given, "--data", str(folder), *places])
    assert sorted(path.name for path in folder.parent.iterdir()) == ["data"]


@pytest.mark.parametrize("command", [SWEEP, ["figure", "1", "--dataset", NAME]])
@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda train: train[:, :9], "expected train in smartguard_tiny.npz to be integers (N, 10, 4)"),
        (lambda train: train + np.int16(99), "expected weekday ids of 0 … 6 in train"),
        (lambda train: train[:0], "expected at least one window of train"),
        (lambda train: train[:19], "expected at least 20 windows, got 19"),
    ],
)
def test_bad_data_are_one_line_and_write_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], command: list[str], damage: Any, said: str
) -> None:
    found = arrays()
    write(folder, {**found, "train": damage(found["train"])})
    out = folder.parent / "o.json"
    places = ["--out", str(out), "--cells", str(folder.parent / "cells"), "--engine", "in-process"]
    plot = ["--plot", str(folder.parent / "o.png")] if command[0] == "figure" else []
    assert said in refusal(capsys, [*command, "--data", str(folder), *places, *plot])
    assert [path.name for path in folder.parent.iterdir()] == ["data"]


def test_half_a_file_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / f"smartguard_{NAME}.npz"
    path.write_bytes(path.read_bytes()[:5000])
    said = refusal(capsys, [*SWEEP, "--data", str(folder), "--cells", str(folder.parent / "cells")])
    assert "expected whole arrays of numbers in smartguard_tiny.npz" in said


class RayError(Exception):
    """What all of Ray's errors are."""


class RayTaskError(RayError):
    """What Ray raises for an error of a task, with Ray's name of it."""

    def __init__(self, cause: Exception) -> None:
        super().__init__("a long trace")
        self.cause = cause


class Cluster:
    """Stands for Ray: computes at once, and notes how it was joined and left."""

    exceptions = SimpleNamespace(RayError=RayError, RayTaskError=RayTaskError)

    def __init__(self) -> None:
        self.joined: dict[str, Any] = {}
        self.left = 0

    def init(self, **how: Any) -> None:
        self.joined = how

    def shutdown(self) -> None:
        self.left += 1

    def remote(self, function: Any) -> Any:
        return SimpleNamespace(options=lambda **_: SimpleNamespace(remote=partial(partial, function)))

    def put(self, shared: Any) -> Any:
        return shared

    def wait(self, references: list[Any]) -> tuple[list[Any], list[Any]]:
        return references[-1:], references[:-1]

    def get(self, reference: Any) -> Record:
        try:
            record: Record = reference()
        except DataError as err:
            raise RayTaskError(err) from err
        except SystemExit as err:
            raise RayError from err
        return record


def refused(shared: int, cell: Record) -> Record:
    raise DataError(f"expected less than {shared}, got {cell['x']}")


def gone(shared: int, cell: Record) -> Record:
    sys.exit(shared)


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Cluster:
    made = Cluster()
    monkeypatch.setitem(sys.modules, "ray", made)
    monkeypatch.setattr(os, "environ", {**os.environ, "RAY_ADDRESS": "10.0.0.1:6379"})
    return made


def test_a_cluster_is_joined_and_left_and_gets_the_checkout(cluster: Cluster, tmp_path: Path) -> None:
    cells, engine = [{"x": x} for x in range(3)], engine_of("ray", 2)
    finished = run_cells(engine, doubled, 5, cells, store=Store(tmp_path), what="a sweep")
    assert finished.records == [{"y": 0}, {"y": 5}, {"y": 10}]
    assert cluster.joined["address"] == "10.0.0.1:6379"
    assert cluster.joined["runtime_env"] == {"working_dir": str(ROOT)}
    assert "num_cpus" not in cluster.joined
    assert "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER" not in os.environ
    assert cluster.left == 1


def test_an_error_on_a_cluster_is_the_cells_own(cluster: Cluster, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="expected less than 1, got 1"):
        run_cells(engine_of("ray", 2), refused, 1, [{"x": 1}], store=Store(tmp_path), what="a sweep")
    assert cluster.left == 1


def test_a_worker_that_is_gone_is_said(cluster: Cluster, tmp_path: Path) -> None:
    with pytest.raises(LostWorkerError, match="expected every worker to end its cell, got RayError"):
        run_cells(engine_of("ray", 2), gone, 1, [{"x": 1}], store=Store(tmp_path), what="a sweep")
    with pytest.raises(
        LostWorkerError, match="expected every process to end its cell, got one that was killed"
    ):
        list(LocalProcesses(1).run(killed, 1, [{"x": 1}]))


def test_without_ray_the_engine_says_so(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    said = refusal(capsys, arguments(folder, "ray"))
    assert "expected Ray for --engine ray (pip install ray), got no such module" in said
