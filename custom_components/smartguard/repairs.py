"""Repairs: each flow asks once and then mends what its issue names."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import voluptuous as vol
from homeassistant import data_entry_flow
from homeassistant.components.repairs import RepairsFlow
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir, selector

from .const import (
    DOMAIN,
    ISSUE_DEVICES_GONE,
    ISSUE_JOURNAL_DAMAGED,
    ISSUE_MODEL_UNREADABLE,
    ISSUE_TOO_LITTLE_HISTORY,
    RETENTION_DAYS,
)
from .coordinator import SmartGuardConfigEntry, SmartGuardCoordinator
from .gap import async_read_again
from .gone import async_forget, gone_devices
from .history import HistoryUnavailableError
from .journal import JournalError

CONF_DAYS: Final = "days"
CONF_DEVICES: Final = "devices"


class Repair(RepairsFlow, ABC):
    """Ask for what is needed, then mend it in the SmartGuard that runs."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> data_entry_flow.FlowResult:  # noqa: ARG002
        """Begin with the question."""
        return await self.async_step_confirm()

    async def async_step_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> data_entry_flow.FlowResult:
        """Ask, then mend."""
        entries: list[SmartGuardConfigEntry] = self.hass.config_entries.async_loaded_entries(DOMAIN)
        if not entries:
            return self.async_abort(reason="not_loaded")
        coordinator = entries[0].runtime_data
        if user_input is not None:
            return await self.async_mend(coordinator, user_input)
        issue = ir.async_get(self.hass).async_get_issue(DOMAIN, self.issue_id)
        return self.async_show_form(
            step_id="confirm",
            data_schema=self.schema(coordinator),
            description_placeholders=issue.translation_placeholders if issue else None,
        )

    def schema(self, coordinator: SmartGuardCoordinator) -> vol.Schema:  # noqa: ARG002
        """Return what is asked; nothing by default."""
        return vol.Schema({})

    @abstractmethod
    async def async_mend(
        self, coordinator: SmartGuardCoordinator, user_input: Mapping[str, Any]
    ) -> data_entry_flow.FlowResult:
        """Mend what the issue names."""

    def failed(self, reason: str, err: Exception) -> data_entry_flow.FlowResult:
        """Leave the issue where it is and say why."""
        return self.async_abort(reason=reason, description_placeholders={"reason": str(err)})


class RestoreJournal(Repair):
    """The journal was damaged: take back from its copy what could not be saved, and fill the rest."""

    async def async_mend(
        self,
        coordinator: SmartGuardCoordinator,
        user_input: Mapping[str, Any],  # noqa: ARG002
    ) -> data_entry_flow.FlowResult:
        """Restore, delete the damaged file and start again, which reads the recorder for the rest."""
        try:
            await self.hass.async_add_executor_job(coordinator.journal.restore_copy)
        except JournalError as err:
            return self.failed("restore_failed", err)
        if self.data and (kept := self.data.get("kept")):
            await self.hass.async_add_executor_job(_delete, Path(str(kept)))
        self.hass.config_entries.async_schedule_reload(coordinator.config_entry.entry_id)
        return self.async_create_entry(data={})


class Retrain(Repair):
    """The model could not be read: learn a new one, or keep the older one that is no worse."""

    _training: asyncio.Task[HomeAssistantError | None] | None = None

    async def async_mend(
        self,
        coordinator: SmartGuardCoordinator,
        user_input: Mapping[str, Any],  # noqa: ARG002
    ) -> data_entry_flow.FlowResult:
        """Begin to train."""
        self._training = self.hass.async_create_task(_async_retrain(coordinator), eager_start=False)
        return await self.async_step_train()

    async def async_step_train(
        self,
        user_input: dict[str, Any] | None = None,  # noqa: ARG002
    ) -> data_entry_flow.FlowResult:
        """Show that it trains until it is done."""
        if self._training is None or self._training.done():
            return self.async_show_progress_done(next_step_id="trained")
        return self.async_show_progress(
            step_id="train", progress_action="training", progress_task=self._training
        )

    async def async_step_trained(
        self,
        user_input: dict[str, Any] | None = None,  # noqa: ARG002
    ) -> data_entry_flow.FlowResult:
        """Say what came of it."""
        error = await self._training if self._training else None
        return self.failed("training_failed", error) if error else self.async_create_entry(data={})


class ReadFurtherBack(Repair):
    """Too little history: read all that the recorder has of the days asked for, and train."""

    def schema(self, coordinator: SmartGuardCoordinator) -> vol.Schema:  # noqa: ARG002
        """Ask how many days."""
        days = selector.NumberSelectorConfig(
            min=1, max=RETENTION_DAYS, step=1, mode=selector.NumberSelectorMode.BOX
        )
        return vol.Schema({vol.Required(CONF_DAYS, default=RETENTION_DAYS): selector.NumberSelector(days)})

    async def async_mend(
        self, coordinator: SmartGuardCoordinator, user_input: Mapping[str, Any]
    ) -> data_entry_flow.FlowResult:
        """Read, and train if that brought anything new."""
        try:
            new = await async_read_again(
                self.hass, coordinator.keys, coordinator.journal, days=float(user_input[CONF_DAYS])
            )
        except (HistoryUnavailableError, JournalError) as err:
            return self.failed("read_failed", err)
        if not new:
            return self.async_abort(reason="nothing_more")
        coordinator.async_begin_training("repair")
        return self.async_create_entry(data={})


class ForgetDevices(Repair):
    """Devices are gone: forget those that a person chooses, and learn without them."""

    def schema(self, coordinator: SmartGuardCoordinator) -> vol.Schema:
        """Ask which, all by default."""
        gone = gone_devices(self.hass, coordinator)
        options = [selector.SelectOptionDict(value=key, label=name) for key, name in gone.items()]
        chosen = selector.SelectSelector(selector.SelectSelectorConfig(options=options, multiple=True))
        return vol.Schema({vol.Required(CONF_DEVICES, default=list(gone)): chosen})

    async def async_mend(
        self, coordinator: SmartGuardCoordinator, user_input: Mapping[str, Any]
    ) -> data_entry_flow.FlowResult:
        """Forget; the training that this begins makes the model forget too."""
        try:
            await async_forget(self.hass, coordinator, user_input[CONF_DEVICES])
        except HomeAssistantError as err:
            return self.failed("forget_failed", err)
        return self.async_create_entry(data={})


FLOWS: Final[Mapping[str, type[Repair]]] = {
    ISSUE_DEVICES_GONE: ForgetDevices,
    ISSUE_JOURNAL_DAMAGED: RestoreJournal,
    ISSUE_MODEL_UNREADABLE: Retrain,
    ISSUE_TOO_LITTLE_HISTORY: ReadFurtherBack,
}


async def async_create_fix_flow(
    hass: HomeAssistant,  # noqa: ARG001
    issue_id: str,
    data: dict[str, str | int | float | None] | None,  # noqa: ARG001
) -> RepairsFlow:
    """Return the flow that mends an issue."""
    return FLOWS[issue_id]()


async def _async_retrain(coordinator: SmartGuardCoordinator) -> HomeAssistantError | None:
    """Train; where the older model in use is no worse, use that one by its own name. Return what failed."""
    try:
        report = await coordinator.async_train("repair")
        if not report["accepted"]:
            await coordinator.async_roll_back(coordinator.data.version)
    except HomeAssistantError as err:
        return err
    return None


def _delete(kept: Path) -> None:
    """Delete the damaged file and its log."""
    for path in (kept, kept.with_name(f"{kept.name}-wal")):
        path.unlink(missing_ok=True)
