"""System health: in a few lines whether SmartGuard guards, with what, and from how much."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from homeassistant.components import system_health
from homeassistant.core import HomeAssistant, callback

from .const import DOMAIN
from .coordinator import SmartGuardConfigEntry
from .storage import folder_of


@callback
def async_register(hass: HomeAssistant, register: system_health.SystemHealthRegistration) -> None:  # noqa: ARG001
    """Register what is shown."""
    register.async_register_info(async_info)


async def async_info(hass: HomeAssistant) -> dict[str, Any]:
    """Return the lines; only the state of the entry where it is not loaded."""
    entries: list[SmartGuardConfigEntry] = hass.config_entries.async_entries(DOMAIN)
    loaded = [entry for entry in entries if entry in hass.config_entries.async_loaded_entries(DOMAIN)]
    if not loaded:
        return {"status": entries[0].state.value if entries else "not_set_up"}
    coordinator, data = loaded[0].runtime_data, loaded[0].runtime_data.data
    size = await hass.async_add_executor_job(megabytes, folder_of(hass, loaded[0].entry_id))
    return {
        "status": data.status,
        "model": data.version,
        "last_trained": data.last_trained,
        "guarded": len(coordinator.keys),
        "behaviors": data.behaviors,
        "disk": f"{size:.1f} MB",
    }


def megabytes(folder: Path) -> float:
    """Return how much a folder holds (in the executor)."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
