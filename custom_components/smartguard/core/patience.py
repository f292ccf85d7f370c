"""What does no harm by staying on or open: a lamp, a television, a cupboard.

Some is told by the domain. What holds things is told by its name, since a contact on a cupboard is a door or
an opening to Home Assistant, as one on a fridge is.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_DOMAINS: Final = frozenset({"camera", "climate", "fan", "light", "lock", "media_player", "remote"})
"""What stays on here costs some power; a valve, an oven or a door that stays open is another matter."""
_CONTACTS: Final = frozenset({None, "door", "opening"})
"""Classes of the sensors that are put on furniture."""

_FURNITURE: Final = {
    "en": r"(cupboard|cabinet|drawer|closet|wardrobe|dresser|sideboard|bookcase)s?|shel(f|ves)",
    "de": r".*(schrank|schranke|schraenke|schublade|schubladen)|kommoden?",
    "nl": r".*(kast|kasten|kastje|kastjes)|lades?",
    "fr": r"(placard|armoire|tiroir)s?",
    "it": r"armadi(o|etto)?|cassett(o|i|iera)|credenza|pensil[ei]|mobilett[oi]",
    "es": r"armarios?|caj(on|ones|onera)|comoda|alacena|aparador",
    "pt-BR": r"armarios?|gavetas?",
    "pl": r"szaf(a|y|ka|ki)|szuflad(a|y)|komoda|kredens",
    "zh-Hans": r".*([橱衣书鞋酒]柜|柜子|柜门|抽屉).*",
}
"""Words in small letters without accents, as they are written in an entity_id, by language."""
_WORD: Final = re.compile("|".join(f"(?:{words})" for words in _FURNITURE.values()))
_NO_FURNITURE: Final = re.compile(
    r"(kuhl|kuehl|gefrier|eis|schalt|server|strom|waffen)schr.*|(koel|vries|diepvries|meter|schakel|wapen)kast.*"
)
"""What is called by such a word and is not to stand open: a fridge, a switchboard, a gun locker."""
_GUNS: Final = frozenset({"gun", "guns", "rifle", "weapon", "weapons"})


def is_patient(entity_id: str, device_class: object, *names: str) -> bool:
    """Say whether an entity does no harm by staying on or open.

    device_class: of a sensor, None where it has none or it is not known. names: what people call the
    entity, beside what its entity_id says.
    """
    domain, _, object_id = entity_id.partition(".")
    if domain in _DOMAINS:
        return True
    if domain != "binary_sensor" or not (device_class is None or device_class in _CONTACTS):
        return False
    return any(is_furniture(name) for name in (object_id, *names))


def is_furniture(name: str) -> bool:
    """Say whether a name is that of something that holds things, in one of the languages of SmartGuard."""
    words = _words(name)
    is_named = any(_WORD.fullmatch(word) and not _NO_FURNITURE.fullmatch(word) for word in words)
    return is_named and _GUNS.isdisjoint(words)


def _words(name: str) -> list[str]:
    """Return the words of a name in small letters without accents, as entity_ids are written."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return re.findall(r"[^\W_]+", "".join(c for c in plain if not unicodedata.combining(c)))
