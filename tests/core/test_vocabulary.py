"""The vocabulary: fixed order, explicit unknown."""

from __future__ import annotations

import pytest

from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.errors import ArtifactDamagedError
from custom_components.smartguard.core.vocabulary import UNKNOWN, Token, Vocabulary

LAMP = Behavior(1.0, "lamp", "lamp_1", "turn_on")
LAMP_OFF = Behavior(2.0, "lamp", "lamp_1", "turn_off")
OTHER = Behavior(3.0, "lamp", "lamp_2", "turn_on")
DOOR = Behavior(4.0, "door", "door_1", "open")


def test_ids_do_not_depend_on_the_order_of_behaviors() -> None:
    one = Vocabulary.from_behaviors([LAMP, LAMP_OFF, DOOR])
    assert one == Vocabulary.from_behaviors([DOOR, LAMP_OFF, LAMP, LAMP])
    assert len(one) == 4
    assert sorted(one.encode([LAMP, LAMP_OFF, DOOR]).tolist()) == [1, 2, 3]


def test_the_same_control_of_another_entity_is_another_token() -> None:
    vocabulary = Vocabulary.from_behaviors([LAMP, OTHER])
    assert vocabulary.id_of(LAMP) != vocabulary.id_of(OTHER)
    assert vocabulary.encode_devices([LAMP, OTHER]).tolist() == [1, 1]


def test_what_was_never_seen_is_unknown() -> None:
    vocabulary = Vocabulary.from_behaviors([LAMP])
    assert vocabulary.id_of(LAMP_OFF) == UNKNOWN
    assert vocabulary.encode([DOOR, LAMP]).tolist() == [UNKNOWN, 1]
    assert vocabulary.encode_devices([DOOR]).tolist() == [UNKNOWN]


def test_rare_controls_can_be_left_out() -> None:
    vocabulary = Vocabulary.from_behaviors([LAMP, LAMP, DOOR], min_count=2)
    assert vocabulary.tokens == (Token("lamp", "lamp_1", "turn_on"),)
    assert vocabulary.id_of(DOOR) == UNKNOWN


def test_empty() -> None:
    vocabulary = Vocabulary.from_behaviors([])
    assert len(vocabulary) == 1
    assert vocabulary.encode([]).shape == (0,)
    assert vocabulary.encode([LAMP]).tolist() == [UNKNOWN]


def test_json_and_back() -> None:
    vocabulary = Vocabulary.from_behaviors([LAMP, OTHER, DOOR])
    assert Vocabulary.from_json(vocabulary.to_json()) == vocabulary


@pytest.mark.parametrize("data", [None, 3, [["too", "short"]], [3]])
def test_damaged_json(data: object) -> None:
    with pytest.raises(ArtifactDamagedError, match="expected a vocabulary"):
        Vocabulary.from_json(data)
