"""Fills the placeholders of dashboard.yaml with the entity ids of this very home."""

from __future__ import annotations

from pathlib import Path
from string import Template

from .client import Client
from .errors import DemoError
from .guard import DOMAIN
from .installation import Installation

URL_PATH = "demo-home"
LOSS = "_loss_"
TEMPLATE = Path(__file__).resolve().parent / "dashboard.yaml"


async def write_dashboard(client: Client, installation: Installation) -> None:
    """Write the dashboard into the configuration folder; Home Assistant reads it when it is opened.

    Placeholders: `${tv}` an entity of the simulation, `${guard_score}` one of SmartGuard's,
    `${loss_tv}` the reconstruction loss of a device. Raises DemoError for one that does not exist.
    """
    known = dict(installation.entities.observed)
    keys = {device_id: key for key, device_id in installation.entities.devices.items()}
    for row in await client.command("config/entity_registry/list"):
        if row["platform"] != DOMAIN:
            continue
        device_id = row["unique_id"].rpartition(LOSS)[2]
        if LOSS in row["unique_id"]:
            known[f"loss_{keys.get(device_id, device_id)}"] = row["entity_id"]
        else:
            known[f"guard_{row['translation_key']}"] = row["entity_id"]
    try:
        text = Template(TEMPLATE.read_text()).substitute(known)
    except KeyError as err:
        raise DemoError(f"expected an entity for the dashboard's {err}, got {sorted(known)}") from err
    (installation.process.config / "dashboard.yaml").write_text(text)
