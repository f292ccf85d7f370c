"""What is told, in English: a template for each phrase, filled in by `explain`.

A phrase is a whole clause with the name in it, so that a language can order and bend it as it must. Another
language is another table with the same keys and placeholders.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Phrases = Mapping[str, str]
"""Key of a phrase -> template with placeholders in braces."""

ENGLISH: Final[Phrases] = {
    # what happened
    "control_turn_on": "{name} was switched on",
    "control_turn_off": "{name} was switched off",
    "control_open": "{name} was opened",
    "control_close": "{name} was closed",
    "control_lock": "{name} was locked",
    "control_unlock": "{name} was unlocked",
    "control_press": "{name} was pressed",
    "control_detect": "{name} was triggered",
    "control_clear": "{name} went quiet",
    "control_start": "{name} was started",
    "control_start_mowing": "{name} was started",
    "control_play": "{name} was started",
    "control_pause": "{name} was paused",
    "control_stop": "{name} was stopped",
    "control_dock": "{name} was sent home",
    "control_return_to_base": "{name} was sent home",
    "control_arrive": "{name} came home",
    "control_leave": "{name} left home",
    "control_disarm": "{name} was disarmed",
    "control_trigger": "{name} was triggered",
    "control_start_streaming": "{name} began to stream",
    "control_stop_streaming": "{name} stopped streaming",
    "control_start_recording": "{name} began to record",
    "control_stop_recording": "{name} stopped recording",
    "control_send_command": "{name} sent the command {mode}",
    "control_set": "{name} was set to {mode}",
    "control_up": "{name} was turned up ({level})",
    "control_down": "{name} was turned down ({level})",
    "control_arm": "{name} was armed ({mode})",
    "control_other": "{name} did {mode}",
    "level_brightness": "brightness",
    "level_humidity": "humidity",
    "level_position": "position",
    "level_speed": "speed",
    "level_temperature": "temperature",
    "level_volume": "volume",
    "mode_away": "away",
    "mode_custom_bypass": "custom bypass",
    "mode_home": "home",
    "mode_night": "night",
    "mode_vacation": "vacation",
    # how something was
    "state_active": "{name} was active",
    "state_armed": "{name} was armed",
    "state_closed": "{name} was closed",
    "state_disarmed": "{name} was disarmed",
    "state_docked": "{name} was docked",
    "state_locked": "{name} was locked",
    "state_mowing": "{name} was mowing",
    "state_not_recording": "{name} was not recording",
    "state_not_streaming": "{name} was not streaming",
    "state_off": "{name} was off",
    "state_on": "{name} was on",
    "state_open": "{name} was open",
    "state_paused": "{name} was paused",
    "state_playing": "{name} was playing",
    "state_quiet": "{name} was quiet",
    "state_recording": "{name} was recording",
    "state_running": "{name} was running",
    "state_stopped": "{name} was stopped",
    "state_streaming": "{name} was streaming",
    "state_unlocked": "{name} was unlocked",
    # how long something has been so
    "lasting_active": "{name} has been active for {length}",
    "lasting_mowing": "{name} has been mowing for {length}",
    "lasting_on": "{name} has been on for {length}",
    "lasting_open": "{name} has been open for {length}",
    "lasting_playing": "{name} has been playing for {length}",
    "lasting_recording": "{name} has been recording for {length}",
    "lasting_running": "{name} has been running for {length}",
    "lasting_streaming": "{name} has been streaming for {length}",
    "lasting_unlocked": "{name} has been unlocked for {length}",
    # numbers
    "decimal_mark": ".",
    "once": "once",
    "times": "{count} times",
    "seconds": "{count} s",
    "minutes": "{count} min",
    "hours": "{count} h",
    "days": "{count} days",
    # why it is told
    "repetition": "{name} was used {count} times in {length}; usually {usual}.",
    "meeting_after": "{event} {length} after {other}",
    "meeting_alone": "{event} while nobody was home",
    "meeting_while": "{event} while {state}",
    "meeting_company": "{what}; it was used {count} before, never in company like that.",
    "meeting_never": (
        "{what}; that never happened before, where chance alone would have brought it about {possible}."
    ),
    "meeting_seen": (
        "{what}; that happened only {seen} before, where chance alone would have brought it about {possible}."
    ),
    "moment_none": (
        "{event} at {clock}; of {count} times before, none was within an hour of this time "
        "(most are around {usual})."
    ),
    "moment_one": (
        "{event} at {clock}; of {count} times before, 1 was within an hour of this time "
        "(most are around {usual})."
    ),
    "moment_some": (
        "{event} at {clock}; of {count} times before, {near} were within an hour of this time "
        "(most are around {usual})."
    ),
    "duration": "{lasting}; never more than {longest} in {count} times before (usually {usual}).",
    "novelty": "{event}; in {length} and {count} uses of this device that never happened before.",
    "novelty_again": "{event}; when that happened before, it was confirmed as a real alarm.",
    "other": "{event}; that was unusual.",
    "presence": "{event} while the household is on vacation.",
    "test": "This is only a test: nothing is unusual.",
    "backtest": "With these settings the last {length} would have raised {count}.",
    "no_alert": "no alert",
    "one_alert": "one alert",
    "alerts": "{count} alerts",
    "sequence": ("{event}, which does not fit what happened around it; rather expected was that {expected}."),
    # around it
    "alert_title": "Something is unusual",
    "alert_over_title": "Unusual, but over",
    "alert_line": "{clock} {event}",
    "alert_usual": "More usual then: {event}.",
    "alert_over": "Over since {clock}.",
    # why nothing was learned
    "learn_stopped": ("Learning was stopped; it comes again when it is due."),
    "learn_too_little": (
        "There is too little to learn from yet: {uses} uses on {days} days. "
        "It takes {least_uses} uses of two devices on {least_days} days."
    ),
    "learn_worse": (
        "What was learned last would have judged the newest days worse, so the model in use stays."
    ),
    # the lines of the logbook
    "log_detected": "noticed something unusual: {summary}",
    "log_cleared": "says that this is over: {summary}",
    "log_acknowledged": "was told that this is seen to: {summary}",
    "log_marked_normal": "was told that this is normal: {summary}",
}
