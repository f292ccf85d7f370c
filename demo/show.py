"""`scripts/demo`: the demonstration home to look at, in real time, until Ctrl-C."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from trainer.attacks import Injector, injectors
from trainer.simulate import Action, Home, simulate_day

from .anomalies import Stage
from .client import PASSWORD, USER, Client, wait_until_up
from .dashboard import URL_PATH, write_dashboard
from .errors import DemoError
from .evening import Evening, evening
from .guard import Guard, add_integration
from .home_clock import HomeClock
from .homeassistant import port_is_free
from .house import ZONE
from .installation import Installation, install
from .life import Life
from .tasks import beside
from .witness import Witness

# So long the installation takes; the history ends then, and life goes on from there.
INSTALL_SECONDS = 30.0
TRAIN_TIMEOUT = 3600.0
PROGRESS_SECONDS = 5.0


async def show(folder: Path, python: Path, seed: int, port: int) -> None:
    """Make the home, let it live and play anomalies when their buttons are pressed."""
    if not port_is_free(port):
        raise DemoError(f"expected port {port} of 127.0.0.1 to be free, something listens there (see --port)")
    home = Home.demonstration(ZONE)
    begin = datetime.now(ZoneInfo(ZONE)) + timedelta(seconds=INSTALL_SECONDS)
    today = evening(home, seed, begin)
    print(f"Making a home with {len(home.devices)} devices and 30 days of history …", flush=True)
    installation = await install(home, today, folder, python, port, faked=False)
    await asyncio.sleep(max(0.0, today.begin - time.time()))
    process = installation.process
    process.start()
    try:
        await wait_until_up(process.url, process.check_alive)
        async with Client(process.url, installation.token) as client:
            await client.wait_until_running()
            await _show(client, home, today, installation, seed)
    finally:
        process.stop()


async def _show(client: Client, home: Home, today: Evening, installation: Installation, seed: int) -> None:
    """Set SmartGuard up, say where to look, and live."""
    clock = HomeClock(client, 1.0)
    await clock.measure()
    life = Life(client, home, installation.entities, today.held(today.begin))
    witness = Witness(frozenset(installation.entities.observed.values()))
    async with beside(life.live(_days(home, today), clock)):
        await add_integration(client, "smartguard")
        guard = await Guard.of(client)
        await witness.watch(client, guard.entity_ids["anomaly"])
        async with beside(_report(guard)):
            await guard.wait_for_status("guarding", TRAIN_TIMEOUT)
        await write_dashboard(client, installation)
        print(f"\nReady: {installation.process.url}/{URL_PATH}  user: {USER}  password: {PASSWORD}")
        print("Ctrl-C stops it.\n", flush=True)
        stage = Stage(home, life, clock, witness, installation.entities, today.learned)
        await _play_what_is_pressed(client, stage, injectors(home), seed)


def _days(home: Home, today: Evening) -> Iterator[Action]:
    """Yield what happens from now on, day after day."""
    yield from today.live
    for number in count(1):
        yield from simulate_day(home, today.seed, today.date + timedelta(days=number))


async def _report(guard: Guard) -> None:
    """Print how far learning has come."""
    while True:
        status, progress = await guard.state("status"), await guard.state("training_progress")
        percent = f" {float(progress):.0f} %" if progress.replace(".", "").isdigit() else ""
        print(f"SmartGuard: {status}{percent}", flush=True)
        await asyncio.sleep(PROGRESS_SECONDS)


async def _play_what_is_pressed(
    client: Client, stage: Stage, anomalies: dict[str, Injector], seed: int
) -> None:
    """Play one anomaly after the other as their buttons are pressed; never returns."""
    pressed: asyncio.Queue[str] = asyncio.Queue()

    def changed(event: dict[str, Any]) -> None:
        domain, _, name = event["data"]["entity_id"].partition(".")
        if domain == "input_button" and name in anomalies and event["data"]["old_state"] is not None:
            pressed.put_nowait(name)

    await client.subscribe("state_changed", changed)
    rng = np.random.default_rng([seed, 6])
    while True:
        injector = anomalies[await pressed.get()]
        print(f"{datetime.now(ZoneInfo(ZONE)):%H:%M:%S} playing: {injector.title}", flush=True)
        try:
            alert = stage.alert_of(await stage.play(injector, rng))
        except DemoError as err:
            print(f"  {err}", flush=True)
            continue
        print(f"  {alert.summary if alert else 'no alert'}", flush=True)
