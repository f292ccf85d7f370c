"""What does no harm by staying on or open: a lamp, a television, a cupboard.

Some is told by the domain. What holds things is told by its name, since a contact on a cupboard is a door or
an opening to Home Assistant, as one on a fridge is.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_DOMAINS: Final = frozenset({"camera", "climate", "fan", "light", "media_player", "remote"})
"""What stays on here costs some power; a valve, an oven or a door left open or unlocked is another matter."""
_CONTACTS: Final = frozenset({None, "door", "opening"})
"""Classes of the sensors that are put on furniture."""

_FURNITURE: Final = {
    "en": r"(cupboard|cabinet|drawer|closet|wardrobe|dresser|sideboard|nightstand|bookcase)s?"
    r"|(book)?shel(f|ves)|pantry",
    "de": r".*(schrank|schraenke|schublade)(n|tur|tuer)?|(kuchen|kleider|schuh|bucher)schranke"
    r"|kommoden?|vitrinen?",
    "nl": r".*(kast|kasten|kastje|kastjes|kastdeur)|.*lades?|dressoir",
    "fr": r"(placard|armoire|tiroir|penderie)s?|garderobe",
    "it": r"armadi(o|etto|etti)?|cassett(o|i|iera|iere)|credenza|pensil[ei]|mobilett[oi]|guardaroba|dispensa",
    "es": r"armarios?|caj(on|ones|onera|oneras)|comodas?|alacenas?|aparador(es)?|ropero|despensa",
    "pt-BR": r"armarios?|gavetas?|gaveteiro|roupeiro|guardaroupas?",
    "pl": r"szaf(a|y|ie|ka|ki|ce)|szuflad(a|y|zie)|komoda|kredens|garderoba",
    "zh-Hans": r".*([柜橱]|抽屉).*",
}
"""Words in small letters without accents and hyphens, by language."""
_WORD: Final = re.compile("|".join(f"(?:{words})" for words in _FURNITURE.values()))
_NO_FURNITURE: Final = re.compile(
    # What is cold,
    r"kuhl|kuehl|gefrier|koel|vries|ijskast|fridge|freezer|frigo|congel|geladeira|zamraz|lodow|wine|wein|wijn|冰|冷|酒"
    # what switches and counts,
    r"|sicherung|strom|schalt|zahler|zaehler|verteil|netzwerk|network|server|ele[ck]tr|elettr|eletric|bezpiecz"
    r"|fuse|breaker|stoppen|groepen|zekering|schakel|meter|compteur|contador|电柜|配电"
    # what is kept from people,
    r"|\bsafe|tresor|panzer|geld|gift|brandkast|blindat|pancern|forte\b|保险|枪"
    r"|pistol|rifle|weapon|waffe|gewehr|wapen|geweer|fusil|\b(gun|guns|armas?|armes?|armi|bron)\b"
    # and a water closet and a letter box.
    r"|\bwater\b|brief|post|mail"
)
"""What is called by such a word is not to stand open, wherever in its names it says so."""


def is_patient(entity_id: str, device_class: object, *names: str) -> bool:
    """Say whether an entity does no harm by staying on or open.

    device_class: of a sensor, None where it has none or it is not known. names: what people call the
    entity; without any its entity_id tells.
    """
    domain, _, object_id = entity_id.partition(".")
    if domain in _DOMAINS:
        return True
    if domain != "binary_sensor" or not (device_class is None or isinstance(device_class, str)):
        return False
    return device_class in _CONTACTS and is_furniture(*(names or (object_id,)))


def is_furniture(*names: str) -> bool:
    """Say whether one of a thing's names, in any language of SmartGuard, is furniture's and none forbids."""
    plain = [_plain(name) for name in names]
    named = any(_WORD.fullmatch(word) for name in plain for word in name.split())
    return named and not any(_NO_FURNITURE.search(name) for name in plain)


def _plain(name: str) -> str:
    """Return the words of a name in small letters without accents and hyphens, one space between two."""
    letters = unicodedata.normalize("NFKD", name.casefold().replace("-", ""))
    return " ".join(re.findall(r"[^\W_]+", "".join(c for c in letters if not unicodedata.combining(c))))
