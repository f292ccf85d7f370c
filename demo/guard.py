"""SmartGuard as somebody outside sees it: its config flow, its entities, its alerts."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from .client import Client
from .errors import DemoError

DOMAIN = "smartguard"
POLL_SECONDS = 0.2


async def add_integration(client: Client, domain: str) -> str:
    """Add an integration by its config flow, taking what each form suggests; return the entry's id."""
    flow = await client.rest("POST", "/api/config/config_entries/flow", {"handler": domain})
    while flow["type"] == "form":
        answer = suggested(flow.get("data_schema") or [])
        flow = await client.rest("POST", f"/api/config/config_entries/flow/{flow['flow_id']}", answer)
        if flow.get("errors"):
            raise DemoError(f"{domain}: expected its own suggestions to be accepted, got {flow['errors']}")
    if flow["type"] != "create_entry":
        raise DemoError(f"{domain}: expected a new entry, got {flow['type']} ({flow.get('reason')})")
    return str(flow["result"]["entry_id"])


def suggested(fields: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what a form is filled with when somebody opens it and presses Submit."""
    answer = {}
    for field in fields:
        value = (field.get("description") or {}).get("suggested_value", field.get("default"))
        if value is not None:
            answer[field["name"]] = value
    return answer


class Guard:
    """Finds SmartGuard's entities by their keys and reads them."""

    def __init__(self, client: Client, entity_ids: dict[str, str]) -> None:
        """Take the connection and the entity ids by key (`anomaly`, `score`, …)."""
        self._client, self.entity_ids = client, entity_ids

    @classmethod
    async def of(cls, client: Client) -> Guard:
        """Look the entities up in the registry."""
        rows = await client.command("config/entity_registry/list")
        mine = [row for row in rows if row["platform"] == DOMAIN and row["translation_key"]]
        found = {row["translation_key"]: row["entity_id"] for row in mine}
        if not {"anomaly", "status", "score"} <= found.keys():
            raise DemoError(f"expected SmartGuard's entities in the registry, got {sorted(found)}")
        return cls(client, found)

    async def state(self, key: str) -> str:
        """Return the state of an entity."""
        return str((await self._client.states())[self.entity_ids[key]]["state"])

    async def wait_for_status(self, wanted: str, timeout: float) -> float:
        """Wait until the status is `wanted`; return since when it is, in UTC seconds of the home.

        Raises DemoError when SmartGuard fails, or after `timeout` real seconds.
        """
        deadline = asyncio.get_running_loop().time() + timeout
        while (state := (await self._client.states())[self.entity_ids["status"]])["state"] != wanted:
            if state["state"] == "failed" or asyncio.get_running_loop().time() > deadline:
                raise DemoError(
                    f"expected SmartGuard to be {wanted}, it is {state['state']}: "
                    f"{state['attributes'].get('reason')}"
                )
            await asyncio.sleep(POLL_SECONDS)
        return seconds(state["last_changed"])

    async def wait_for_training(self, timeout: float) -> float:
        """Wait until the first training has begun and is done; return how long it took, in home seconds."""
        begun = await self.wait_for_status("training", timeout)
        return await self.wait_for_status("guarding", timeout) - begun


def seconds(moment: str) -> float:
    """Return UTC seconds of an ISO time of Home Assistant."""
    return datetime.fromisoformat(moment).timestamp()
