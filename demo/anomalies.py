"""Plays the anomalies of the paper's Table 2 and judges which alerts they account for."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

import numpy as np

from custom_components.smartguard.core.behavior import Behavior
from trainer.attacks import Injector, Kind, undo
from trainer.simulate import Action, Home

from .errors import DemoError
from .home_clock import HomeClock
from .house import Entities
from .life import Life, later
from .witness import Alert, Witness

MINUTE = 60.0
# An alert is waited for so long after the decisive instant (home time); later ones are still told.
PATIENCE = 10 * MINUTE
# So long after an alert, or after giving up, everything is put back.
AFTERMATH = 2 * MINUTE
# An alert may still be about the anomaly so long after everything was put back: what people use in the next
# five minutes meets a door that the demonstration unlocked, and is judged three minutes later, settled.
ECHO = 9 * MINUTE
LOOK_SECONDS = 2.0
# The measured clocks may differ by so much at the fast rate.
SLACK = 5.0
ATTEMPTS = 30
SEEN_LOOKS = 200


@dataclass
class Played:
    """One anomaly as it was played; times are home time, UTC seconds.

    decisive: from when on it can be told. over: until when an alert may be about it.
    """

    injector: Injector
    begin: float
    decisive: float
    devices: frozenset[str]
    over: float = float("inf")

    def accounts_for(self, alert: Alert) -> bool:
        """Say whether an alert counts: in time, the sensor off before, an injected device named.

        A long duration can not be told before it is long; the other kinds may be told while they are
        still going on.
        """
        first = self.decisive if self.injector.kind is Kind.DD else self.begin
        return (
            first <= alert.time <= self.over
            and alert.sensor_was_off
            and not self.devices.isdisjoint(alert.devices)
        )


@dataclass
class Stage:
    """Where anomalies are played: a home that lives, and a witness."""

    home: Home
    life: Life
    clock: HomeClock
    witness: Witness
    entities: Entities
    learned: Sequence[Behavior]
    played: list[Played] = field(default_factory=list)

    async def play(self, injector: Injector, rng: np.random.Generator) -> Played:
        """Play an anomaly, wait for an alert or for as long as is reasonable, put everything back."""
        actions = await self._possible(injector, rng)
        touched = tuple(dict.fromkeys((*injector.entities, *(action.entity for action in actions))))
        self.life.take(touched)
        lasting = injector.kind is Kind.DD
        done = await self._do(actions[:-1] if lasting else actions)
        decisive = injector.decisive([*done, *actions[len(done) :]], self.learned)
        devices = frozenset(
            self.entities.devices[self.home.device_of[entity]] for entity in injector.entities
        )
        played = Played(injector, done[0].time, decisive, devices)
        self.played.append(played)
        while not self.alert_of(played) and self.clock.now() < decisive + PATIENCE:
            await asyncio.sleep(LOOK_SECONDS / self.clock.rate)
        await self.clock.sleep(AFTERMATH)
        await self._undo(done)
        await self.life.give_back(touched, self.clock.now())
        played.over = self.clock.now() + ECHO
        return played

    def alert_of(self, played: Played) -> Alert | None:
        """Return the first alert that a played anomaly accounts for, None if there is none yet."""
        return next((alert for alert in self.witness.alerts if played.accounts_for(alert)), None)

    def false_alerts(self) -> list[Alert]:
        """Return the alerts that no played anomaly accounts for."""
        return [
            alert
            for alert in self.witness.alerts
            if not any(played.accounts_for(alert) for played in self.played)
        ]

    async def settle(self, timeout: float) -> None:
        """Wait until the last anomaly is over and the sensor is off, for at most `timeout` of home time."""
        if self.played:
            await self.clock.sleep_until(self.played[-1].over)
        end = self.clock.now() + timeout
        while self.witness.anomaly_is_on and self.clock.now() < end:
            await asyncio.sleep(LOOK_SECONDS / self.clock.rate)

    async def _possible(self, injector: Injector, rng: np.random.Generator) -> list[Action]:
        """Return the anomaly's actions as soon as it can begin; normal life may use the device just now."""
        for _ in range(ATTEMPTS):
            with suppress(ValueError):
                return injector.actions(self.clock.now() + LOOK_SECONDS, self.life.held, rng)
            await self.clock.sleep(MINUTE)
        raise DemoError(f"expected that {injector.name} can begin within {ATTEMPTS} minutes, it can not")

    async def _do(self, actions: Sequence[Action]) -> list[Action]:
        """Play actions at their times; return them with the times at which the home saw them."""
        done = []
        for action in actions:
            await self.clock.sleep_until(action.time)
            asked = self.clock.now() - SLACK
            await self.life.do(action)
            done.append(replace(action, time=await self._seen(action, asked)))
        return done

    async def _seen(self, action: Action, asked: float) -> float:
        entity_id = self.entities.observed[action.entity]
        for _ in range(SEEN_LOOKS):
            if (moment := self.witness.use_of(entity_id, action.state, asked)) is not None:
                return moment
            await asyncio.sleep(0.01)
        raise DemoError(f"expected {entity_id} to be seen taking the state {action.state}, it was not")

    async def _undo(self, done: Sequence[Action]) -> None:
        """Bring what was injected back to what normal life wants of it by now."""
        undone = undo(self.home, done, self.life.wanted, 0.0)
        if undone:
            await self._do(later(undone, self.clock.now() + LOOK_SECONDS - undone[0].time))
