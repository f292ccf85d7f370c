"""`scripts/demo --check`: one evening and half a night of the demonstration home, without a person."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from custom_components.smartguard.core.behavior import Behavior
from trainer.attacks import Injector, Kind, injectors
from trainer.simulate import Home

from .anomalies import Stage
from .client import Client, wait_until_up
from .dashboard import write_dashboard
from .errors import DemoError
from .evening import HISTORY_DAYS, Evening, evening
from .findings import NORMAL_BEHAVIORS, NORMAL_HOURS, Findings
from .guard import Guard, add_integration
from .home_clock import HomeClock
from .homeassistant import Clock, free_port
from .house import ZONE, forget_states, write_house
from .installation import Installation, install
from .life import Life
from .screenshot import PATH, Page, dashboard
from .tasks import beside
from .witness import Witness

MINUTE, HOUR = 60.0, 3600.0
RATE = 50.0
# Where the history ends and the evening begins: three hours later people are still up.
BEGIN = datetime(2026, 11, 20, 19, 15, tzinfo=ZoneInfo(ZONE))
# Behaviors beyond those needed, since some fall into the restart.
SPARE = 8
# Home time of the restart, in which nobody watches the home: a real start takes 4 to 9 seconds.
RESTART = 12 * MINUTE
TRAIN_TIMEOUT = 420.0
GUARD_TIMEOUT = 90.0
# Real seconds between two looks.
SCORE_EVERY, MEASURE_EVERY = 2.0, 10.0
# So long the page takes to show what has just happened.
SHUTTER = 1.0
# The wrong moment comes last: it is past midnight.
ORDER = (Kind.SD, Kind.MD, Kind.DD, Kind.DM)
NIGHT_BEGINS = BEGIN.replace(hour=0, minute=31) + timedelta(days=1)
# Home time that an episode is given to end before the next anomaly is played.
SETTLE = HOUR


async def check(folder: Path, python: Path, seed: int, picture: Path | None = None) -> bool:
    """Run the whole check, print the result as the last line and say whether it passed.

    picture: where to save what the dashboard shows when the first anomaly is told.
    """
    findings = Findings(seed, RATE)
    home = Home.demonstration(ZONE)
    tonight = evening(home, seed, BEGIN, busy=NORMAL_BEHAVIORS + SPARE)
    chosen = choose(home, tonight.learned, seed)
    names = ", ".join(f"{kind} {injector.name}" for kind, injector in chosen.items())
    findings.say(f"seed {seed}: {len(tonight.learned)} behaviors in {HISTORY_DAYS} days; to play: {names}")
    installation = await install(home, tonight, folder, python, free_port(), faked=True)
    findings.say(f"onboarded; {installation.rows} states written into the recorder")
    run = Check(home, tonight, installation, chosen, findings, picture)
    try:
        await run.learn()
        await run.live()
    finally:
        installation.process.stop()
    print(json.dumps(findings.result()), flush=True)
    return findings.passed


def choose(home: Home, learned: Sequence[Behavior], seed: int) -> dict[Kind, Injector]:
    """Draw one anomaly of each kind from those whose controls are common in the learned days."""
    rng = np.random.default_rng([seed, 4])
    chosen = {}
    for kind in ORDER:
        eligible = [
            injector
            for injector in injectors(home).values()
            if injector.kind is kind and BEGIN.month in injector.months and injector.eligible(learned)
        ]
        if not eligible:
            raise DemoError(f"expected an anomaly of kind {kind} whose controls are common, found none")
        chosen[kind] = eligible[int(rng.integers(len(eligible)))]
    return chosen


@dataclass
class Check:
    """One home on one evening: it learns at normal speed, then lives on a fast clock."""

    home: Home
    tonight: Evening
    installation: Installation
    chosen: dict[Kind, Injector]
    findings: Findings
    picture: Path | None = None

    def __post_init__(self) -> None:
        """Watch everything that the simulation knows of."""
        self.witness = Witness(frozenset(self.installation.entities.observed.values()))

    async def learn(self) -> None:
        """Add SmartGuard at normal speed and let it import and train while life goes on, then stop."""
        process, findings = self.installation.process, self.findings
        process.start(Clock(self.tonight.begin))
        async with self._connected(1.0) as (client, clock):
            findings.ha_version = client.version
            async with beside(self._life(client, self.tonight.begin, clock)):
                await add_integration(client, "smartguard")
                guard = await Guard.of(client)
                await self.witness.watch(client, guard.entity_ids["anomaly"])
                findings.say("SmartGuard is set up by its config flow; it imports and trains")
                findings.train_s = await guard.wait_for_training(TRAIN_TIMEOUT)
                findings.behaviors = int(float(await guard.state("behaviors_learned")))
        findings.say(f"learned {findings.behaviors} behaviors, trained for {findings.train_s:.0f} s")
        process.stop()
        self._resume = clock.now() + RESTART
        write_house(process.config, self.home, self.tonight.held(self._resume))
        forget_states(process.config)
        process.start(Clock(clock.now(), findings.rate))

    async def live(self) -> None:
        """Live on the fast clock and play the anomalies."""
        findings = self.findings
        async with self._connected(findings.rate) as (client, clock):
            guard = await Guard.of(client)
            await guard.wait_for_status("guarding", GUARD_TIMEOUT)
            await self.witness.watch(client, guard.entity_ids["anomaly"])
            await write_dashboard(client, self.installation)
            await clock.sleep_until(self._resume)
            findings.say(f"{_hour(clock)}: lives on, {findings.rate:g} times as fast")
            life = Life(client, self.home, self.installation.entities, self.tonight.held(self._resume))
            rest = [action for action in self.tonight.live if action.time > self._resume]
            stage = Stage(
                self.home, life, clock, self.witness, self.installation.entities, self.tonight.learned
            )
            async with beside(life.live(rest, clock), _measure(clock), self._score(client)):
                await self._lead(stage)

    @asynccontextmanager
    async def _connected(self, rate: float) -> AsyncIterator[tuple[Client, HomeClock]]:
        """Connect twice, to act and to measure the loop's lag meanwhile; yield the first and the clock."""
        process, token = self.installation.process, self.installation.token
        await wait_until_up(process.url, process.check_alive)
        async with Client(process.url, token) as client, Client(process.url, token) as pinger:
            await client.wait_until_running()
            clock = HomeClock(client, rate)
            await clock.measure()
            async with beside(self.findings.lag.measure(pinger)):
                yield client, clock

    async def _life(self, client: Client, since: float, clock: HomeClock) -> None:
        """Live normally from a moment on."""
        life = Life(client, self.home, self.installation.entities, self.tonight.held(since))
        await life.live(self.tonight.live, clock)

    async def _lead(self, stage: Stage) -> None:
        """Let normal life go on for three hours, then play the anomalies one after the other."""
        findings, clock, witness = self.findings, stage.clock, self.witness
        begun = clock.now()
        await clock.sleep(NORMAL_HOURS * HOUR + MINUTE)
        while (lived := witness.uses_since(begun)) < NORMAL_BEHAVIORS:
            await clock.sleep(MINUTE)
        findings.normal_hours, findings.normal_behaviors = (clock.now() - begun) / HOUR, lived
        findings.say(f"{_hour(clock)}: {lived} normal behaviors, {len(witness.alerts)} alerts")
        rng = np.random.default_rng([findings.seed, 5])
        for kind, injector in self.chosen.items():
            await stage.settle(SETTLE)
            if kind is Kind.DM:
                await clock.sleep_until(NIGHT_BEGINS.timestamp())
            findings.say(f"{_hour(clock)}: {kind} {injector.title}")
            async with self._picture(clock) if kind is ORDER[0] else nullcontext():
                findings.alerts[kind.value] = await self._told(stage, injector, rng)
        await stage.settle(SETTLE)
        false = stage.false_alerts()
        findings.false_alerts = len(false)
        for alert in false:
            findings.say(f"false alert at {_local(alert.time)}: {alert.summary}")

    @asynccontextmanager
    async def _picture(self, clock: HomeClock) -> AsyncIterator[None]:
        """Have the dashboard open during the body, and take its picture as soon as the anomaly is on."""
        if self.picture is None:
            yield
            return
        url, now = self.installation.process.url, (clock.now(), clock.rate)
        async with dashboard(url, PATH, clock=now) as page, beside(self._snap(page, self.picture)):
            yield

    async def _snap(self, page: Page, picture: Path) -> None:
        while not self.witness.anomaly_is_on:
            await asyncio.sleep(0.05)
        await asyncio.sleep(SHUTTER)
        await page.save(picture)

    async def _told(self, stage: Stage, injector: Injector, rng: np.random.Generator) -> float | None:
        """Play an anomaly; return after how many seconds it was told, None if it was not."""
        played = await stage.play(injector, rng)
        alert = stage.alert_of(played)
        if alert is None:
            self.findings.say(f"{_hour(stage.clock)}: no alert")
            return None
        late = round(alert.time - played.decisive, 1)
        self.findings.say(f"{_local(alert.time)}: told after {late} s: {alert.summary}")
        return late

    async def _score(self, client: Client) -> None:
        """Ask SmartGuard for the present score now and then, and keep how long it took in real time."""
        while True:
            await asyncio.sleep(SCORE_EVERY)
            asked = time.perf_counter()
            await client.answer_of("smartguard.score")
            self.findings.score_ms.append(1000 * (time.perf_counter() - asked))


async def _measure(clock: HomeClock) -> None:
    """Measure the home's clock again and again: the two do not run exactly at the rate asked for."""
    while True:
        await asyncio.sleep(MEASURE_EVERY)
        await clock.measure()


def _local(home_time: float) -> str:
    return datetime.fromtimestamp(home_time, BEGIN.tzinfo).strftime("%H:%M")


def _hour(clock: HomeClock) -> str:
    return _local(clock.now())
