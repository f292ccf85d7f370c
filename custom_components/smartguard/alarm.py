"""The alarm room of one home: judgements come in, the policy decides, what is told is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.util import dt as dt_util

from .alerts import Alerts
from .const import ALERT_CLEARED, CONF_ALERTS_PER_WEEK, CONF_GUARDING, DEFAULT_ALERTS_PER_WEEK, signal_loss
from .core.behavior import Behavior
from .core.policy import Change, Episode, Policy
from .journal import Journal
from .judged import JudgedLog
from .live import Verdict
from .names import Names

if TYPE_CHECKING:
    from .coordinator import SmartGuardConfigEntry


class Alarm:
    """Takes judgements, in the event loop, and knows what is unusual now.

    episode: what is shown as unusual. score: of the newest behavior, or of what is still on.
    device_losses: the newest reconstruction loss of each device.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: SmartGuardConfigEntry,
        *,
        names: Names,
        journal: Journal,
        changed: Callable[[], None],
    ) -> None:
        """Take where to tell; changed: called after each step that is to be seen."""
        self._hass = hass
        self._entry = entry
        self._changed = changed
        self.log = JudgedLog(hass, entry.entry_id, journal)
        self._alerts = Alerts(hass, entry.entry_id, names, journal)
        self._losses: Mapping[Behavior, float] = {}
        self._policy = Policy.with_budget(DEFAULT_ALERTS_PER_WEEK)
        self.budget = DEFAULT_ALERTS_PER_WEEK
        self.guarding = True
        self.score: float | None = None
        self.episode: Episode | None = None
        self.device_losses: dict[str, float] = {}
        self._read_options(entry.options)

    @property
    def threshold(self) -> float:
        """Return the score above which something is told."""
        return self._policy.threshold

    @callback
    def async_start(self) -> CALLBACK_TYPE:
        """Notice what becomes of the notifications."""
        return self._alerts.async_start()

    @callback
    def async_apply_options(self) -> None:
        """Take the options that hold at once, wherever they were changed."""
        self._read_options(self._entry.options)
        if not self.guarding:
            self.end_episode()
        self._changed()

    @callback
    def resume(self, episodes: Sequence[Episode]) -> None:
        """Go on with an episode that a restart interrupted; it has its time to be confirmed or to end."""
        self._policy.restore(episodes)
        if self._policy.episode is None:
            return
        self._policy.episode = replace(self._policy.episode, last=dt_util.utcnow().timestamp())
        self.episode = self._policy.episode
        self._alerts.resume(self.episode)
        if not self.guarding:
            self.end_episode()

    @callback
    def tick(self, now: float) -> None:
        """Let time pass: what has been quiet is over."""
        self._tell(self._policy.tick(now))

    @callback
    def judged(self, verdicts: Sequence[Verdict]) -> None:
        """Turn verdicts into alerts, losses and a score; none count once judging is paused."""
        for verdict in verdicts if self.guarding else ():
            judgement = verdict.judgement
            if verdict.behavior is not None:
                self._losses = dict(judgement.losses)
                self._note_loss(verdict.behavior)
                self.score = judgement.score
                self.log.note(verdict.behavior, self._losses.get(verdict.behavior), judgement.score)
            elif judgement.score > self._policy.threshold:
                # A tick every few seconds would otherwise fill the recorder with what is still normal.
                self.score = round(judgement.score, 1)
            self._tell(self._policy.observe(judgement))
        self._changed()

    @callback
    def end_episode(self) -> None:
        """Close an open episode: what is paused has nothing unusual to show."""
        if (episode := self._policy.episode) is not None:
            self._policy.episode = None
            self._tell([Change(ALERT_CLEARED, replace(episode, end=dt_util.utcnow().timestamp()))])

    def _read_options(self, options: Mapping[str, Any]) -> None:
        self.budget = float(options.get(CONF_ALERTS_PER_WEEK, DEFAULT_ALERTS_PER_WEEK))
        self._policy.set_budget(self.budget)
        self.guarding = bool(options.get(CONF_GUARDING, True))

    @callback
    def _note_loss(self, behavior: Behavior) -> None:
        loss = self._losses.get(behavior)
        if loss is not None:
            self.device_losses[behavior.device] = loss
            async_dispatcher_send(self._hass, signal_loss(self._entry.entry_id, behavior.device))

    @callback
    def _tell(self, changes: Sequence[Change]) -> None:
        """Show change by change: where one episode ends as the next begins, the sensor is off between."""
        for change in changes:
            self._alerts.handle(change, self._losses)
            self.episode = None if change.kind == ALERT_CLEARED else change.episode
            self._changed()
