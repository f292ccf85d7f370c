"""What does no harm by staying on or open, and what must not be taken for it."""

from __future__ import annotations

import pytest

from custom_components.smartguard.core.patience import is_furniture, is_patient


@pytest.mark.parametrize("entity_id", ["light.hall", "media_player.tv", "climate.bedroom", "lock.front_door"])
def test_what_costs_some_power_or_protects_is_patient(entity_id: str) -> None:
    assert is_patient(entity_id, None)


@pytest.mark.parametrize("entity_id", ["switch.oven", "valve.garden", "cover.garage", "vacuum.robot"])
def test_what_does_harm_is_not(entity_id: str) -> None:
    assert not is_patient(entity_id, None, "Cupboard")


@pytest.mark.parametrize("device_class", [None, "door", "opening"])
def test_a_contact_on_a_cupboard_is_patient(device_class: str | None) -> None:
    assert is_patient("binary_sensor.kitchen_cupboard_2", device_class)
    assert is_patient("binary_sensor.contact_7", device_class, "Cupboard under the stairs")
    assert not is_patient("binary_sensor.contact_7", device_class, "Front door", "Back door")


@pytest.mark.parametrize("device_class", ["motion", "window", "garage_door", "moisture", 7])
def test_another_sensor_in_a_cupboard_is_not(device_class: object) -> None:
    assert not is_patient("binary_sensor.kitchen_cupboard", device_class)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Kitchen cupboard",
            "medicine_cabinet_a_57",
            "Top drawers",
            "CLOSET door",
            "Book shelves",
            "wardrobe",
        ),
        *("Küchenschrank", "kuchenschrank_tur", "Schränke im Flur", "Besteckschublade", "Kommode"),
        *("Kledingkast", "keukenkastje", "Lade", "Placard de l’entrée", "tiroir du bureau", "Armoires"),
        *("Armadio", "Cassetto posate", "pensile cucina", "Armario", "Cajón", "cajones", "alacena"),
        *("Armário do quarto", "Gaveta", "Szafka w kuchni", "szuflada", "Szafa"),
        *("橱柜门", "衣柜", "厨房抽屉"),
    ],
)
def test_furniture_is_known_in_nine_languages(name: str) -> None:
    assert is_furniture(name)


@pytest.mark.parametrize(
    "name",
    [
        *("", "_", "Front door", "Fridge", "Freezer", "Window", "Kitchen sink", "Jewelry box", "Seat"),
        *("Gun cabinet", "weapons_closet", "Waffenschrank", "Wapenkast"),
        *(
            "Kühlschrank",
            "kuehlschrank",
            "Gefrierschrank",
            "Schaltschrank",
            "Koelkast",
            "vrieskast",
            "Meterkast",
        ),
        *("冰柜", "保险柜", "Kasteel", "Shelter", "Dresden", "Balustrade", "Cassette player"),
    ],
)
def test_what_is_no_furniture(name: str) -> None:
    assert not is_furniture(name)
