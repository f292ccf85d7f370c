"""From four weeks of a regular home to what is told on the next evening, and what is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.evidence import SETTLE
from custom_components.smartguard.core.explain import sentence
from custom_components.smartguard.core.memory import Memory
from custom_components.smartguard.core.policy import CLEAR_AFTER, Change, Episode, Policy

from .household import DAYS, HOUR, MINUTE, guard, live, use, watch

PAST = live()
TODAY = live(1, 1, DAYS)


def changed(*added: Behavior, without: str = "", until: float = 24) -> list[Behavior]:
    """Return the next day until an hour, with something added and without some entity's use of its end."""
    kept = [b for b in TODAY if without != f"{b.entity} {b.control}"]
    return sorted((b for b in (*kept, *added) if b.time < use(until, "", "").time), key=lambda b: b.time)


def the_one(changes: list[Change]) -> Episode:
    """Return the only episode that was told, as it ended."""
    kinds = [c.kind for c in changes]
    assert (kinds.count("detected"), kinds.count("cleared")) == (1, 1)
    assert (kinds[0], kinds[-1]) == ("detected", "cleared")
    assert len({c.episode.id for c in changes}) == 1
    return changes[-1].episode


def test_two_normal_days_raise_nothing() -> None:
    assert watch(PAST, live(2, 1, DAYS)) == []


@pytest.mark.parametrize(("budget", "most"), [(1.0, 5), (0.1, 1)])
def test_two_normal_weeks_keep_to_the_budget(budget: float, most: int) -> None:
    """Two, and a fifth of one, are expected; more than these come once in sixty times."""
    changes = watch(PAST, live(14, 2, DAYS), budget=budget)
    assert sum(c.kind == "detected" for c in changes) <= most


def test_a_flicker() -> None:
    #  19:12 tv on ── 19:36 off on off on off on … ten times in half a minute ── 22 off
    toggles = [use(19.6 + i * 3 / HOUR, "tv", ("turn_off", "turn_on")[i % 2]) for i in range(10)]
    episode = the_one(watch(PAST, changed(*toggles)))
    assert episode.reasons[0].channel == "repetition"
    assert {b.entity for b in episode.reasons[0].behaviors} == {"tv"}
    assert episode.start <= toggles[-1].time
    assert sentence(episode, str.upper).startswith("TV was used ")


def test_the_stove_while_the_house_is_locked() -> None:
    #  17:37 unlocked ── 17:57 locked ── 18:01 stove     at its usual time, but never yet while locked
    episode = the_one(watch(PAST, changed(use(17.95, "lock", "lock"), until=18.5), use(18.5, "", "").time))
    assert episode.reasons[0].channel == "meeting"
    assert [b.entity for b in episode.reasons[0].behaviors] == ["stove", "lock"]
    assert "STOVE was switched on while LOCK was locked; that never happened" in sentence(episode, str.upper)


def test_coffee_in_the_night() -> None:
    #  3:00 coffee on ── 3:06 off
    episode = the_one(watch(PAST, changed(use(3, "coffee", "turn_on"), use(3.1, "coffee", "turn_off"))))
    #  Told at once for company that coffee never has; its hour is no news then.
    assert [r.channel for r in episode.reasons] == ["meeting"]
    assert episode.behaviors[0] == use(3, "coffee", "turn_on")
    assert episode.start == use(3, "coffee", "turn_on").time
    assert "COFFEE was switched on while" in sentence(episode, str.upper)


def test_the_hour_alone_is_told_when_it_has_settled() -> None:
    #  The same coffee, judged by a guard that knows nothing of company.
    odd = use(3, "coffee", "turn_on")
    lived = changed(odd, use(3.1, "coffee", "turn_off"))
    tails = {name: tail for name, tail in guard().tails.items() if name not in ("meeting", "company")}
    episode = the_one(watch(PAST, lived, judge=replace(guard(), tails=tails)))
    assert episode.reasons[0].channel == "moment"
    assert episode.behaviors[0] == odd
    assert 0 <= episode.start - odd.time - SETTLE <= MINUTE
    assert "COFFEE was switched on at 03:00" in sentence(episode, str.upper)


def test_the_stove_is_left_on() -> None:
    #  17:54 stove on ── never longer than 35 min ── told while it lasts ──── 21:00 off: nothing more
    changes = watch(PAST, changed(use(21, "stove", "turn_off"), without="stove turn_off"))
    episode = the_one(changes)
    on = next(b for b in TODAY if b.entity == "stove")
    assert episode.reasons[0].channel == "duration"
    assert episode.behaviors[0] == on
    assert 25 * 60 < changes[0].episode.start - on.time < 60 * 60
    assert episode.last == pytest.approx(use(21, "", "").time, abs=60)
    assert episode.end == pytest.approx(episode.last + CLEAR_AFTER, abs=61)


def test_all_four_in_one_evening_are_four_alerts() -> None:
    lived = changed(
        use(3, "coffee", "turn_on"),
        use(3.1, "coffee", "turn_off"),
        use(17.95, "lock", "lock"),
        use(19, "stove", "turn_off"),
        *(use(19.6 + i * 3 / HOUR, "tv", ("turn_off", "turn_on")[i % 2]) for i in range(10)),
        without="stove turn_off",
        until=22,
    )
    told = [c.episode for c in watch(PAST, lived) if c.kind == "detected"]
    strongest = [(e.reasons[0].channel, e.behaviors[0].entity) for e in told]
    assert strongest == [
        ("meeting", "coffee"),
        ("meeting", "stove"),
        ("duration", "stove"),
        ("repetition", "tv"),
    ]


def test_a_restart_in_between_tells_nothing_twice() -> None:
    """The memory is rebuilt from the journal, and the policy from what was told, with time to confirm it."""
    lived = changed(use(21, "stove", "turn_off"), without="stove turn_off")
    whole, restart = watch(PAST, lived), use(20, "", "").time
    before = [b for b in lived if b.time < restart]
    episode = watch(PAST, before, restart)[-1].episode
    assert episode.end is None
    policy = Policy.with_budget(1.0)
    policy.restore([Episode.from_json(episode.to_json())], restart)
    after = watch([*PAST, *before], lived[len(before) :], policy=policy)
    assert [c.kind for c in after if c.kind != "updated"] == ["cleared"]
    assert after[-1].episode.end == pytest.approx(whole[-1].episode.end, abs=61)
    assert after[-1].episode.id == whole[-1].episode.id


def test_a_small_budget_says_less() -> None:
    odd = changed(use(3, "coffee", "turn_on"), use(3.1, "coffee", "turn_off"))
    assert [c.kind for c in watch(PAST, odd, budget=1.0)] == ["detected", "cleared"]
    assert watch(PAST, odd, budget=1e-6) == []


def test_a_new_device_says_nothing() -> None:
    new = [use(18.6 + i / 100, f"new {i % 3}", ("turn_on", "turn_off")[i // 3 % 2]) for i in range(30)]
    new += [use(18.9, "new person", "leave"), use(18.95, "new alarm", "arm_away")]
    assert watch(PAST, changed(*new)) == []


def test_what_was_remembered_is_what_was_lived() -> None:
    lived, replayed = Memory(), Memory.replay([*PAST, *TODAY])
    for behavior in [*PAST, *TODAY]:
        lived.observe(behavior)
    assert vars(lived) == vars(replayed)
