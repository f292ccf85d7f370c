"""The alarm room of one home: judgements come in, the policy decides, what is told is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.util import dt as dt_util

from .account import Account
from .alerts import Alerts
from .const import (
    ALERT_CLEARED,
    ALERT_DETECTED,
    CONF_ALERTS_PER_WEEK,
    CONF_GUARDING,
    CONF_MODE,
    DEFAULT_ALERTS_PER_WEEK,
    MODE_GUEST,
    MODE_HOME,
    signal_loss,
)
from .core.behavior import Behavior
from .core.feedback import Corrections
from .core.guard import Guard
from .core.policy import Change, Episode, Policy
from .drill import Drill
from .journal import Journal
from .judged import JudgedLog
from .lately import Lately
from .live import Verdict
from .names import Names
from .snooze import Snooze

if TYPE_CHECKING:
    from .coordinator import SmartGuardConfigEntry


class Alarm:
    """Takes judgements, in the event loop, and knows what is unusual now.

    episode: what is shown as unusual, a test too. device_losses: the newest reconstruction loss of each
    device. account: the alerts of late.
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
        self._lately = Lately()
        self._policy = Policy.with_budget(DEFAULT_ALERTS_PER_WEEK)
        self.drill = Drill(hass, self._show_drill)
        self.snooze = Snooze()
        self.budget = DEFAULT_ALERTS_PER_WEEK
        self.guarding = True
        self.mode = MODE_HOME
        self.episode: Episode | None = None
        self.device_losses: dict[str, float] = {}
        self.account = Account()
        self._corrections: Corrections | None = None
        self._read_options(entry.options)

    @property
    def score(self) -> float | None:
        """Return how strange the last ten minutes were; None before anything was judged."""
        return self._lately.strangest(dt_util.utcnow().timestamp())

    @property
    def threshold(self) -> float:
        """Return the score above which something is told."""
        return self._policy.threshold

    @property
    def open_episode(self) -> Episode | None:
        """Return the episode that is open; a test is none."""
        return self._policy.episode

    @property
    def corrections(self) -> Corrections | None:
        """Return what people said of alerts; None until it was read."""
        return self._corrections

    @callback
    def async_start(self) -> CALLBACK_TYPE:
        """Notice what becomes of the notifications."""
        return self._alerts.async_start()

    @callback
    def async_keep(self, options: Mapping[str, Any]) -> None:
        """Write options to the entry and let them hold at once."""
        merged = {**self._entry.options, **options}
        self._hass.config_entries.async_update_entry(self._entry, options=merged)
        self.async_apply_options()

    @callback
    def async_apply_options(self) -> None:
        """Take the options that hold at once, wherever they were changed."""
        self._read_options(self._entry.options)
        if not self.guarding:
            self.end_episode()
        self._changed()

    @callback
    def async_correct(self, corrections: Corrections) -> None:
        """Take what people said of alerts; it holds from the next judgement on."""
        self._corrections = corrections
        self._policy.restraint.is_normal = corrections.is_normal
        self._policy.restraint.is_confirmed = corrections.is_confirmed
        self._changed()

    @callback
    def acknowledge(self, kind: str, episode: Episode) -> None:
        """Tell that a person has seen to an episode; kind: what became of it."""
        self._alerts.acknowledge(kind, episode)

    @callback
    def resume(self, episodes: Sequence[Episode]) -> None:
        """Go on with an episode that a restart interrupted; it has its time to be confirmed or to end."""
        self._policy.restore(episodes, dt_util.utcnow().timestamp())
        self.account = self.account.of(episode.start for episode in episodes)
        if self._policy.episode is None:
            return
        self.episode = self._policy.episode
        self._alerts.resume(self.episode)
        if not self.guarding:
            self.end_episode()

    @callback
    def forget(self, episodes: Sequence[Episode]) -> None:
        """Count episodes that are forgotten among the alerts of late no more."""
        self.account = self.account.without(episode.start for episode in episodes)
        self._changed()

    @callback
    def tick(self, now: float, tracks_somebody: bool) -> None:
        """Let time pass: what has been quiet is over, a snooze too, one that waits for nobody any more."""
        if self.snooze.is_over(now, tracks_somebody):
            self.async_keep(Snooze().to_options())
        self._tell(self._policy.tick(now))

    @callback
    def recorded(self, behavior: Behavior) -> None:
        """Notice who comes home, judged or not, or came while nobody looked."""
        if self.snooze.ends_with(behavior):
            self.async_keep(Snooze().to_options())

    @callback
    def judged(self, verdicts: Sequence[Verdict]) -> None:
        """Turn verdicts into alerts, losses and a score; none count once judging is paused."""
        for verdict in verdicts if self.guarding else ():
            judgement = verdict.judgement
            if verdict.behavior is not None:
                loss = dict(judgement.losses).get(verdict.behavior)
                self._note_loss(verdict.behavior, loss)
                self.log.note(verdict.behavior, loss, judgement.score)
            self._lately.note(judgement.time, judgement.score)
            self._tell(self._policy.observe(judgement, verdict.behavior))
        self._changed()

    def shown_account(self, now: float, guard: Guard | None) -> dict[str, Any]:
        """Return what was budgeted and what happened; guard: whose calibration it is measured by."""
        weeks = guard.about.get("calibrated_days", guard.about["days"]) / 7 if guard else None
        false_alarms = self._corrections.false_alarms if self._corrections else None
        return self.account.shown(now, self.budget, weeks, false_alarms)

    @callback
    def async_stop(self) -> None:
        """End a test, and hand over what was judged to the journal, which is closed after this."""
        self.drill.end()
        self.log.stop()

    @callback
    def end_episode(self) -> None:
        """Close an open episode: what is paused, seen to or normal has nothing unusual to show."""
        self._tell(self._policy.end(dt_util.utcnow().timestamp()))

    def _read_options(self, options: Mapping[str, Any]) -> None:
        self.budget = float(options.get(CONF_ALERTS_PER_WEEK, DEFAULT_ALERTS_PER_WEEK))
        self._policy.set_budget(self.budget)
        self.guarding = bool(options.get(CONF_GUARDING, True))
        self.mode = str(options.get(CONF_MODE, MODE_HOME))
        self.snooze = Snooze.of(options)
        self._policy.restraint.guests = self.mode == MODE_GUEST
        self._policy.restraint.muted = self.snooze.is_on

    @callback
    def _note_loss(self, behavior: Behavior, loss: float | None) -> None:
        if loss is not None:
            self.device_losses[behavior.device] = loss
            async_dispatcher_send(self._hass, signal_loss(self._entry.entry_id, behavior.device))

    @callback
    def _tell(self, changes: Sequence[Change]) -> None:
        """Show change by change: where one episode ends as the next begins, the sensor is off between."""
        for change in changes:
            if change.kind == ALERT_DETECTED:
                self.drill.end()
                self.account = self.account.with_alert(change.episode.start)
            self._alerts.handle(change)
            self._show(change)

    @callback
    def _show_drill(self, change: Change) -> None:
        self._alerts.handle_test(change)
        self._show(change)

    @callback
    def _show(self, change: Change) -> None:
        self.episode = None if change.kind == ALERT_CLEARED else change.episode
        self._changed()
