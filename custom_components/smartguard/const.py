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
    Platform.SENSOR,
    Platform.SWITCH,
]

CONF_AREAS: Final = "areas"
CONF_LABELS: Final = "labels"
CONF_ENTITIES: Final = "entities"
CONF_HISTORY_DAYS: Final = "history_days"
CONF_ALERTS_PER_WEEK: Final = "alerts_per_week"
CONF_GUARDING: Final = "guarding"
CONF_DEVICES: Final = "devices"
CONF_EXCLUDED: Final = "excluded"
CONF_NIGHT_HOUR: Final = "night_hour"
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
        CONF_NOTIFY,
        CONF_PUSH_DETAILS,
        CONF_QUIET_END,
        CONF_QUIET_START,
        CONF_RETENTION_DAYS,
    }
)

EVENT_ALERT: Final = "smartguard_alert"
ALERT_DETECTED: Final = "detected"
ALERT_CLEARED: Final = "cleared"

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
ISSUE_MODEL_UNREADABLE: Final = "model_unreadable"
ISSUE_RECORDER_ABSENT: Final = "recorder_absent"
ISSUE_DEVICES_GONE: Final = "devices_gone"
ISSUE_NOTHING_GUARDED: Final = "nothing_guarded"
ISSUE_TOO_LITTLE_HISTORY: Final = "too_little_history"


def signal_alert(entry_id: str) -> str:
    """Name the dispatcher signal that carries (kind, data) of an alert."""
    return f"{DOMAIN}_{entry_id}_alert"


def signal_episode(entry_id: str) -> str:
    """Name the dispatcher signal that carries the Change of an episode that is told."""
    return f"{DOMAIN}_{entry_id}_episode"


def signal_loss(entry_id: str, device: str) -> str:
    """Name the dispatcher signal that says that a device behaved and has a new loss."""
    return f"{DOMAIN}_{entry_id}_loss_{device}"
