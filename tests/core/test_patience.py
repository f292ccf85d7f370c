"""What does no harm by staying on or open, and what must not be taken for it."""

from __future__ import annotations

import pytest

from custom_components.smartguard.core.patience import is_furniture, is_patient


@pytest.mark.parametrize("entity_id", ["light.hall", "media_player.tv", "climate.bedroom"])
def test_what_costs_some_power_is_patient(entity_id: str) -> None:
    assert is_patient(entity_id, None)


@pytest.mark.parametrize(
    "entity_id", ["switch.oven", "valve.garden", "cover.garage", "vacuum.robot", "lock.hall"]
)
def test_what_does_harm_is_not(entity_id: str) -> None:
    assert not is_patient(entity_id, None, "Cupboard")


@pytest.mark.parametrize("device_class", [None, "door", "opening"])
def test_a_contact_on_a_cupboard_is_patient(device_class: str | None) -> None:
    assert is_patient("binary_sensor.kitchen_cupboard_2", device_class)
    assert is_patient("binary_sensor.contact_7", device_class, "Cupboard under the stairs")
    assert not is_patient("binary_sensor.contact_7", device_class, "Front door", "Back door")
    assert not is_patient("binary_sensor.closet_contact", device_class, "Front door"), (
        "it hangs elsewhere now"
    )
    assert not is_patient("binary_sensor.cabinet", device_class, "Cabinet", "Gun cabinet")


@pytest.mark.parametrize("device_class", ["motion", "window", "garage_door", "moisture", 7, []])
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
            "bookshelf",
        ),
        *("Küchenschrank", "kuchenschrank_tur", "Küchenschränke", "Besteckschublade", "Kleiderschranktür"),
        *(
            "Kledingkast",
            "keukenkastdeur",
            "Besteklade",
            "Placard de l’entrée",
            "tiroir du bureau",
            "Garde-robe",
        ),
        *("Armadio", "Cassetto posate", "pensile cucina", "Armario", "Cajón", "cajones", "alacena"),
        *("Armário do quarto", "Gaveta", "Guarda-roupa", "Szafka w kuchni", "szuflada", "Szafa"),
        *("橱柜门", "衣柜", "厨房抽屉", "床头柜"),
    ],
)
def test_furniture_is_known_in_nine_languages(name: str) -> None:
    assert is_furniture(name)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "",
            "_",
            "Front door",
            "Window",
            "Kitchen sink",
            "Jewelry box",
            "Seat",
            "Kasteel",
            "Shelter",
            "Dresden",
        ),
        *("Fridge drawer", "Freezer drawer", "Fuse cabinet", "Gun cabinet", "safe_cabinet", "Water closet"),
        *("Kühlschrank", "kuehlschrank", "Tiefkühlschrank", "Kühl-Gefrier-Schrank", "Gefrierschublade"),
        *("Sicherungskasten", "Zählerschrank", "Waffenschrank", "Schranke", "Lichtschranke", "Briefkasten"),
        *("Koelkast", "vrieskast", "ijskast", "Meterkast", "Brandkast", "vrieskast lade", "Wapenkast"),
        *(
            "Tiroir congélateur",
            "armoire électrique",
            "armoire forte",
            "armadio elettrico",
            "cassetto freezer",
        ),
        *(
            "Armario eléctrico",
            "cajón congelador",
            "armario de armas",
            "gaveta da geladeira",
            "Máquina de lavar roupa",
        ),
        *("Szafa pancerna", "szafka bezpiecznikowa", "szuflada zamrażarki"),
        *("冰柜门", "冷柜门", "保险柜门", "配电柜门", "枪柜", "冰箱抽屉"),
    ],
)
def test_what_is_not_to_stand_open_is_no_furniture(name: str) -> None:
    assert not is_furniture(name)
