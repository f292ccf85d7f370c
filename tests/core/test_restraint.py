"""What the policy keeps to itself: what is normal, habits of guests, weak signs, repeats, a snooze."""

from __future__ import annotations

from dataclasses import replace

import pytest

from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.episode import Change, Judgement, Reason
from custom_components.smartguard.core.policy import CLEAR_AFTER, SUSTAINED, WEAK, Policy
from custom_components.smartguard.core.restraint import COOL_DOWN, GUESTS, HABITS, STRONG

HOUR, DAY = 3600.0, 86_400.0
KINDS = ("sequence", "repetition", "meeting", "moment", "duration", "novelty", "presence")


def use(time: float, entity: str = "lamp", control: str = "turn_on") -> Behavior:
    return Behavior(time, entity, entity, control)


def reason(channel: str, score: float, *behaviors: Behavior) -> Reason:
    return Reason(channel, score, behaviors, behaviors, {})


def strange(time: float, score: float = 1.5, channel: str = "moment", entity: str = "lamp") -> Judgement:
    return judged(time, reason(channel, score, use(time, entity)))


def judged(time: float, *reasons: Reason) -> Judgement:
    ordered = tuple(sorted(reasons, key=lambda r: -r.score))
    return Judgement(time, ordered[0].score if ordered else -6.0, ordered)


def told(policy: Policy, *judgements: Judgement) -> list[Change]:
    return [change for judgement in judgements for change in policy.observe(judgement)]


def kinds(changes: list[Change] | tuple[Change, ...]) -> list[str]:
    return [change.kind for change in changes]


@pytest.fixture
def policy() -> Policy:
    return Policy.with_budget(1.0)


# --- normal ---


def test_what_is_normal_is_not_told_and_no_alert_waits_for_later(policy: Policy) -> None:
    policy.restraint.is_normal = lambda r: r.behaviors[0].entity == "lamp"
    assert told(policy, strange(0), strange(5, 9.0)) == []
    assert kinds(told(policy, strange(10, entity="tv"))) == ["detected"]
    policy.restraint.is_normal = lambda _: False
    assert policy.tick(SUSTAINED + 10) == ()


def test_what_is_normal_is_no_news_once_it_has_settled(policy: Policy) -> None:
    policy.restraint.is_normal = lambda r: r.channel == "moment"
    odd = use(0)
    assert told(policy, judged(0, reason("moment", 2.0, odd))) == []
    assert told(policy, judged(60, reason("sequence", 3.0, odd))) == []
    assert kinds(told(policy, judged(90, reason("sequence", 3.0, use(90, "tv"))))) == ["detected"]


def test_another_kind_of_reason_beside_what_is_normal_is_told(policy: Policy) -> None:
    policy.restraint.is_normal = lambda r: r.channel == "moment"
    both = judged(0, reason("moment", 3.0, use(0)), reason("meeting", 1.0, use(0), use(-5, "door")))
    changes = told(policy, both)
    assert kinds(changes) == ["detected"]
    assert [r.channel for r in changes[0].episode.reasons] == ["meeting"]


# --- guests ---


@pytest.mark.parametrize("channel", KINDS)
def test_guests_may_have_other_habits_but_leave_nothing_on(policy: Policy, channel: str) -> None:
    policy.restraint.guests = True
    is_told = kinds(told(policy, strange(0, 0.9, channel))) == ["detected"]
    assert is_told is (channel not in HABITS)
    assert kinds(told(policy, strange(900, GUESTS + WEAK + 0.1, channel, "tv")))[-1] == "detected"


# --- weak signs ---


def test_a_weak_sign_waits_and_is_told_if_it_lasts(policy: Policy) -> None:
    assert told(policy, strange(100, WEAK - 0.1, "meeting")) == []
    assert policy.episode is None
    assert policy.tick(100 + SUSTAINED - 1) == ()
    changes = policy.tick(100 + SUSTAINED)
    assert kinds(changes) == ["detected"]
    assert (changes[0].episode.start, changes[0].episode.score) == (100, WEAK - 0.1)
    assert policy.tick(100 + SUSTAINED + 1) == ()
    assert kinds(policy.tick(101 + CLEAR_AFTER)) == ["cleared"]


def test_a_weak_sign_that_is_undone_at_once_is_not_told(policy: Policy) -> None:
    assert told(policy, strange(100, 0.1, "meeting")) == []
    assert policy.observe(judged(110), use(110, "lamp", "turn_off")) == ()
    assert policy.tick(1e6) == ()


@pytest.mark.parametrize(
    "newest",
    [use(110, "tv", "turn_off"), use(110, "lamp", "turn_on"), use(100 + SUSTAINED, "lamp", "turn_off")],
)
def test_nothing_else_takes_a_weak_sign_back(policy: Policy, newest: Behavior) -> None:
    assert told(policy, strange(100, 0.1, "meeting")) == []
    changes = policy.observe(judged(newest.time), newest)
    assert kinds([*changes, *policy.tick(100 + SUSTAINED)]) == ["detected"]


def test_two_weak_signs_are_told_at_once_as_one(policy: Policy) -> None:
    changes = told(policy, strange(0, 0.1, "meeting"), strange(10, 0.2, "sequence", "tv"))
    assert kinds(changes) == ["detected", "updated"]
    assert {r.channel for r in changes[-1].episode.reasons} == {"meeting", "sequence"}
    assert changes[-1].episode.start == 0


def test_the_echo_of_a_weak_sign_is_no_second_one(policy: Policy) -> None:
    odd = use(0)
    assert told(policy, judged(0, reason("meeting", 0.1, odd)), judged(9, reason("sequence", 0.2, odd))) == []


@pytest.mark.parametrize("channel", sorted({*KINDS} - {"meeting"}))
def test_what_has_waited_by_its_nature_is_told_at_once(policy: Policy, channel: str) -> None:
    assert kinds(told(policy, strange(0, 0.01, channel))) == ["detected"]


def test_a_strong_sign_is_told_at_once(policy: Policy) -> None:
    assert kinds(told(policy, strange(0, WEAK, "meeting"))) == ["detected"]


# --- cool-down ---


def ended(policy: Policy, score: float = 0.5) -> float:
    """Tell of the lamp and let it be over; return since when it is."""
    told(policy, strange(0, score, "novelty"))
    assert kinds(policy.tick(1000)) == ["cleared"]
    return 1000


def test_the_same_thing_is_not_told_again_within_the_hour(policy: Policy) -> None:
    over = ended(policy)
    assert (
        told(policy, strange(over + 10, 0.5, "novelty"), strange(over + COOL_DOWN - 1, 0.9, "novelty")) == []
    )
    assert kinds(told(policy, strange(over + COOL_DOWN, 0.5, "novelty"))) == ["detected"]


def test_what_is_stranger_strong_or_another_thing_cools_nothing(policy: Policy) -> None:
    for again in (
        strange(1010, 0.5, "duration"),
        strange(1010, 0.5, "novelty", "tv"),
        strange(1010, STRONG, "novelty"),
    ):
        fresh = Policy.with_budget(1.0)
        ended(fresh, score=0.9)
        assert kinds(told(fresh, again)) == ["detected"]
    ended(policy, score=0.2)
    assert kinds(told(policy, strange(1010, 0.8, "novelty"))) == ["detected"]


def test_who_is_up_at_night_is_told_once_whatever_they_use(policy: Policy) -> None:
    told(policy, strange(0, 0.5, "moment"))
    policy.tick(1000)
    assert told(policy, strange(1010, 0.5, "moment", "tv")) == []


def test_what_moves_all_day_on_vacation_is_told_once_an_hour(policy: Policy) -> None:
    told(policy, strange(0, 6.0, "presence"))
    policy.tick(1000)
    assert told(policy, strange(1010, 6.0, "presence")) == []
    assert kinds(told(policy, strange(1020, 6.0, "presence", "tv"))) == ["detected"]
    assert kinds(policy.tick(1020 + COOL_DOWN)) == ["cleared"]
    assert kinds(told(policy, strange(1021 + COOL_DOWN, 6.0, "presence"))) == ["detected"]


def test_the_cool_down_outlives_a_restart(policy: Policy) -> None:
    told(policy, strange(0, 0.5))
    (cleared,) = policy.tick(1000)
    restarted = Policy.with_budget(1.0)
    restarted.restore([cleared.episode], 1000)
    assert told(restarted, strange(1100, 0.5, entity="tv")) == []
    assert kinds(told(restarted, strange(1000 + COOL_DOWN, 0.5, entity="tv"))) == ["detected"]


def test_a_clock_that_jumped_back_cools_nothing(policy: Policy) -> None:
    ended(policy)
    assert kinds(told(policy, strange(500, 0.5, "novelty"))) == ["detected"]


# --- snooze ---


def test_muted_it_tells_nothing_then_and_nothing_of_it_later(policy: Policy) -> None:
    policy.restraint.muted = True
    missed = strange(0, 5.0)
    assert told(policy, missed) == []
    policy.restraint.muted = False
    assert told(policy, replace(missed, time=5)) == []
    assert kinds(told(policy, strange(10, 5.0))) == ["detected"]


def test_what_is_still_on_when_the_snooze_is_over_is_told_then(policy: Policy) -> None:
    on = use(0, "stove")
    policy.restraint.muted = True
    assert told(policy, *(judged(t, reason("duration", 2.0, on)) for t in (3600, 3700))) == []
    policy.restraint.muted = False
    assert kinds(told(policy, judged(3800, reason("duration", 2.0, on)))) == ["detected"]


def test_ending_forgets_what_waits(policy: Policy) -> None:
    assert told(policy, strange(0, 0.1, "meeting")) == []
    assert policy.end(10) == ()
    assert policy.tick(1e6) == ()
    told(policy, strange(2e6))
    assert kinds(policy.end(2e6 + 5)) == ["cleared"]
    assert policy.end(2e6 + 6) == ()


# --- the same thing once a week ---


def habit(day: float, channel: str, score: float = 1.5, hour: float = 14.0, other: str = "door") -> Judgement:
    """Return a verdict on the lamp beside another device at an hour of a day."""
    time = day * DAY + hour * HOUR
    behaviors = (use(time), use(time - 5, other)) if channel == "meeting" else (use(time),)
    return judged(time, Reason(channel, score, behaviors, behaviors, {}))


@pytest.mark.parametrize("channel", ["sequence", "meeting", "moment"])
def test_what_is_no_stranger_than_on_monday_is_told_once_a_week(policy: Policy, channel: str) -> None:
    assert kinds(told(policy, habit(0, channel))) == ["detected"]
    for day in range(1, 7):
        assert kinds(told(policy, habit(day, channel, 1.9))) in ([], ["cleared"])
    assert kinds(told(policy, habit(7, channel))) == ["detected"]


@pytest.mark.parametrize("channel", ["moment", "meeting", "sequence", "repetition"])
def test_what_was_confirmed_is_told_every_day(policy: Policy, channel: str) -> None:
    policy.restraint.is_confirmed = lambda r: r.behaviors[0].entity == "lamp"
    for day in range(3):
        for entity in ("lamp", "tv"):
            time = day * DAY + HOUR * (entity == "tv")
            found = told(policy, strange(time, 3.0, channel, entity))
            is_news = entity == "lamp" or day == 0 or channel == "repetition"
            assert kinds(found) == (["detected"] if is_news else [])
            policy.tick(time + CLEAR_AFTER + 1)


def test_what_was_confirmed_cools_down_as_everything_does(policy: Policy) -> None:
    policy.restraint.is_confirmed = lambda _: True
    assert kinds(told(policy, strange(0, WEAK + 0.1, "duration"))) == ["detected"]
    assert kinds(policy.tick(CLEAR_AFTER + 1)) == ["cleared"]
    assert told(policy, strange(COOL_DOWN / 2, WEAK + 0.1, "duration")) == []


def test_what_flickers_is_told_once_a_day(policy: Policy) -> None:
    assert kinds(told(policy, habit(0, "repetition", hour=8))) == ["detected"]
    assert kinds(told(policy, habit(0, "repetition", 1.9, hour=14))) == ["cleared"]
    assert told(policy, habit(1, "repetition", 1.9, hour=7.9)) == []
    assert kinds(told(policy, habit(1, "repetition", 1.4, hour=8.1))) == ["detected"]


@pytest.mark.parametrize("channel", ["sequence", "meeting", "moment"])
def test_what_is_stranger_than_on_monday_is_told(policy: Policy, channel: str) -> None:
    told(policy, habit(0, channel))
    assert kinds(told(policy, habit(1, channel, 2.1))) == ["cleared", "detected"]


@pytest.mark.parametrize("channel", ["novelty", "presence"])
def test_a_first_time_and_presence_are_told_every_day(policy: Policy, channel: str) -> None:
    told(policy, habit(0, channel))
    policy.tick(DAY)
    assert kinds(told(policy, habit(1, channel))) == ["detected"]


def test_another_time_of_day_or_another_company_is_another_matter(policy: Policy) -> None:
    told(policy, habit(0, "meeting"))
    policy.tick(DAY)
    assert told(policy, habit(1, "meeting", hour=13.1), habit(1, "meeting", hour=14.9)) == []
    assert kinds(told(policy, habit(1, "meeting", hour=15.1))) == ["detected"]
    assert kinds(told(policy, habit(2, "meeting", hour=15.1, other="safe"))) == ["cleared", "detected"]


def test_midnight_does_not_part_a_time_of_day(policy: Policy) -> None:
    told(policy, habit(0, "moment", hour=23.5))
    assert kinds(told(policy, habit(2, "moment", hour=0.5))) == ["cleared"]


# --- what moves a little every day ---


def lasting(begin: float, hours: float, score: float = 1.5) -> Judgement:
    """Return a verdict on a blind that has been open for so many hours."""
    return judged(begin + hours * HOUR, reason("duration", score, use(begin, "blind", "open")))


def test_an_on_time_as_long_as_one_that_was_told_is_told_once_a_week(policy: Policy) -> None:
    #  day 0: ten hours, told ── days 1 to 6: a little longer, silent ── day 8: told again
    assert kinds(told(policy, lasting(0, 9.95), lasting(0, 10))) == ["detected"]
    for day in range(1, 7):
        assert kinds(told(policy, lasting(day * DAY, 10 + 0.05 * day, 4.0))) in ([], ["cleared"])
    assert kinds(told(policy, lasting(8 * DAY, 10))) == ["detected"]


def test_a_clearly_longer_one_is_told(policy: Policy) -> None:
    told(policy, lasting(0, 10))
    changes = told(policy, lasting(DAY, 14.9), lasting(DAY, 15.1))
    assert kinds(changes) == ["cleared", "detected"]
    assert changes[-1].episode.start == DAY + 15.1 * HOUR


def test_how_long_was_told_outlives_a_restart(policy: Policy) -> None:
    told(policy, lasting(0, 10))
    ended = policy.tick(DAY)[0].episode
    again = Policy.with_budget(1.0)
    again.restore([ended], DAY)
    assert told(again, lasting(DAY, 10)) == []
    assert kinds(told(again, lasting(DAY, 16))) == ["detected"]


def test_another_entity_is_another_matter(policy: Policy) -> None:
    told(policy, lasting(0, 10))
    policy.tick(DAY / 2)
    stove = judged(DAY, reason("duration", 1.5, use(DAY - HOUR, "stove")))
    assert kinds(told(policy, stove)) == ["detected"]
