"""Constants of SmartGuard."""

from __future__ import annotations

from typing import Final

from homeassistant.const import Platform

DOMAIN: Final = "smartguard"
VERSION: Final = 1
MINOR_VERSION: Final = 2
PLATFORMS: Final = [
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.EVENT,
    Platform.NUMBER,
    Platform.SELECT,
    Platform.SENSOR,
    Platform.SWITCH,
]

CONF_AREAS: Final = "areas"
CONF_LABELS: Final = "labels"
CONF_ENTITIES: Final = "entities"
CONF_HISTORY_DAYS: Final = "history_days"
CONF_ALERTS_PER_WEEK: Final = "alerts_per_week"
CONF_GUARDING: Final = "guarding"
CONF_MODE: Final = "mode"
# Until when nothing is told: UTC seconds, "home" (until somebody comes home), absent when off.
CONF_SNOOZE: Final = "snooze"
# UTC seconds: who came home before does not end it.
CONF_SNOOZED_SINCE: Final = "snoozed_since"
CONF_DEVICES: Final = "devices"
CONF_EXCLUDED: Final = "excluded"
CONF_NIGHT_HOUR: Final = "night_hour"
# Quiet hours (local HH:MM:SS): `push` calls no phone then; what is judged and shown does not change.
CONF_QUIET_START: Final = "quiet_start"
CONF_QUIET_END: Final = "quiet_end"
CONF_NOTIFY: Final = "notify"
CONF_PUSH_DETAILS: Final = "push_details"
CONF_RETENTION_DAYS: Final = "retention_days"

DEFAULT_HISTORY_DAYS: Final = 30
DEFAULT_ALERTS_PER_WEEK: Final = 1.0
MIN_ALERTS_PER_WEEK: Final = 0.1
MAX_ALERTS_PER_WEEK: Final = 7.0
DEFAULT_NIGHT_HOUR: Final = 3
RETENTION_DAYS: Final = 365
MIN_RETENTION_DAYS: Final = 14
DAY: Final = 86_400.0

# Options that take effect at once; changing any other reloads the entry.
LIVE_OPTIONS: Final = frozenset(
    {
        CONF_ALERTS_PER_WEEK,
        CONF_GUARDING,
        CONF_MODE,
        CONF_NOTIFY,
        CONF_PUSH_DETAILS,
        CONF_QUIET_END,
        CONF_QUIET_START,
        CONF_RETENTION_DAYS,
        CONF_SNOOZE,
        CONF_SNOOZED_SINCE,
    }
)

EVENT_ALERT: Final = "smartguard_alert"
ALERT_DETECTED: Final = "detected"
ALERT_CLEARED: Final = "cleared"
ALERT_ACKNOWLEDGED: Final = "acknowledged"
ALERT_MARKED_NORMAL: Final = "marked_normal"
ALERT_TYPES: Final = [ALERT_DETECTED, ALERT_CLEARED, ALERT_ACKNOWLEDGED, ALERT_MARKED_NORMAL]

MODE_HOME: Final = "home"
MODE_GUEST: Final = "guest"
MODE_VACATION: Final = "vacation"
MODES: Final = [MODE_HOME, MODE_GUEST, MODE_VACATION]
EPISODE_RESUMED: Final = "resumed"

STATUS_COLLECTING: Final = "collecting"
STATUS_IMPORTING: Final = "importing"
STATUS_TRAINING: Final = "training"
STATUS_GUARDING: Final = "guarding"
STATUS_PAUSED: Final = "paused"
STATUS_FAILED: Final = "failed"
STATUSES: Final = [
    STATUS_COLLECTING,
    STATUS_IMPORTING,
    STATUS_TRAINING,
    STATUS_GUARDING,
    STATUS_PAUSED,
    STATUS_FAILED,
]

ISSUE_JOURNAL_NEWER: Final = "journal_newer"
ISSUE_JOURNAL_DAMAGED: Final = "journal_damaged"
ISSUE_JOURNAL_LOST: Final = "journal_lost"
ISSUE_JOURNAL_UNAVAILABLE: Final = "journal_unavailable"
ISSUE_MODEL_UNREADABLE: Final = "model_unreadable"
ISSUE_RECORDER_ABSENT: Final = "recorder_absent"
ISSUE_DEVICES_GONE: Final = "devices_gone"
ISSUE_NOTHING_GUARDED: Final = "nothing_guarded"
ISSUE_TOO_LITTLE_HISTORY: Final = "too_little_history"


def unique_id(entry_id: str, key: str) -> str:
    """Name the entity of an entry that has a description's key."""
    return f"{entry_id}_{key}"


def signal_alert(entry_id: str) -> str:
    """Name the dispatcher signal that carries (kind, data) of an alert."""
    return f"{DOMAIN}_{entry_id}_alert"


def signal_episode(entry_id: str) -> str:
    """Name the dispatcher signal that carries the Change of an episode that is told."""
    return f"{DOMAIN}_{entry_id}_episode"


def signal_loss(entry_id: str, device: str) -> str:
    """Name the dispatcher signal that says that a device behaved and has a new loss."""
    return f"{DOMAIN}_{entry_id}_loss_{device}"
