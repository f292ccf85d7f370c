"""Repair issues: raised with what they need to say and to be fixed, and taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import (
    DOMAIN,
    ISSUE_DEVICES_GONE,
    ISSUE_JOURNAL_DAMAGED,
    ISSUE_JOURNAL_LOST,
    ISSUE_JOURNAL_NEWER,
    ISSUE_JOURNAL_UNAVAILABLE,
    ISSUE_MODEL_UNREADABLE,
    ISSUE_NOTHING_GUARDED,
    ISSUE_RECORDER_ABSENT,
    ISSUE_TOO_LITTLE_HISTORY,
)

# What `repairs` can fix; of the others a person only needs to know.
FIXABLE: Final = frozenset(
    {ISSUE_DEVICES_GONE, ISSUE_JOURNAL_DAMAGED, ISSUE_MODEL_UNREADABLE, ISSUE_TOO_LITTLE_HISTORY}
)
# Noticed once, at the start after it happened; the others are noticed again at each start.
LASTING: Final = frozenset({ISSUE_JOURNAL_DAMAGED, ISSUE_JOURNAL_LOST})
ISSUES: Final = (
    FIXABLE
    | LASTING
    | {ISSUE_JOURNAL_NEWER, ISSUE_JOURNAL_UNAVAILABLE, ISSUE_NOTHING_GUARDED, ISSUE_RECORDER_ABSENT}
)


@callback
def raise_issue(
    hass: HomeAssistant,
    issue: str,
    placeholders: Mapping[str, str] | None = None,
    data: Mapping[str, str | int | float | None] | None = None,
) -> None:
    """Show an issue; its texts are in the translations under the same key. data: what its fix needs."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue,
        data=dict(data) if data else None,
        is_fixable=issue in FIXABLE,
        is_persistent=issue in LASTING,
        severity=ir.IssueSeverity.WARNING,
        translation_key=issue,
        translation_placeholders=dict(placeholders or {}),
    )


@callback
def settle_issue(hass: HomeAssistant, *issues: str) -> None:
    """Take issues back, whether they were raised or not."""
    for issue in issues:
        ir.async_delete_issue(hass, DOMAIN, issue)
