"""A plugin of pytest that imports Home Assistant before any other plugin is loaded.

Home Assistant 2026.11 replaces httpx and voluptuous when it is imported, and refuses if httpx was there
first. pytest loads its plugins (respx among them) before any conftest, so a conftest comes too late. The
plugin of Home Assistant's tests also brings a `custom_components` package of its own: ours comes before it.
"""

from __future__ import annotations

import logging

import homeassistant.const as ha

import custom_components  # noqa: F401


def use_older_plugin() -> None:
    """Let pytest-homeassistant-custom-component 0.13.375, made for 2026.10.4, test 2026.11.0.

    Delete this when a release of the plugin for 2026.11 is out.
    """
    # The plugin's own order: these patches come before any other import of Home Assistant.
    from pytest_homeassistant_custom_component import patch_json, patch_recorder, patch_time  # noqa: F401

    # isort: split
    from homeassistant.components import logger
    from homeassistant.components.logger import helpers

    if not hasattr(logger, "_clear_logger_overwrites") and hasattr(helpers, "_clear_logger_overwrites"):
        logger._clear_logger_overwrites = helpers._clear_logger_overwrites


if (ha.MAJOR_VERSION, ha.MINOR_VERSION) >= (2026, 11):
    use_older_plugin()
# The plugin would print Home Assistant's log between tests; pytest keeps what a failed test logged.
logging.basicConfig(level=logging.INFO, handlers=[logging.NullHandler()])
