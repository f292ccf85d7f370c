"""The phrases of alerts in the language of the home, or of the person who is told."""

from __future__ import annotations

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.translation import async_get_cached_translations, async_get_translations

from .const import DOMAIN
from .core.phrases import ENGLISH, Phrases

CATEGORY = "common"
_PREFIX = f"component.{DOMAIN}.{CATEGORY}."


async def async_phrases(hass: HomeAssistant, language: str) -> Phrases:
    """Load the phrases of a language; English stands in for what it lacks."""
    return _table(await async_get_translations(hass, language, CATEGORY, [DOMAIN]))


@callback
def phrases_at_hand(hass: HomeAssistant) -> Phrases:
    """Return the phrases of the home's language; English ones until `async_phrases` has loaded them."""
    return _table(async_get_cached_translations(hass, hass.config.language, CATEGORY, DOMAIN))


def _table(translations: dict[str, str]) -> Phrases:
    return {**ENGLISH, **{key.removeprefix(_PREFIX): text for key, text in translations.items()}}
