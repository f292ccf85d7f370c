"""When to speak: one alert for what belongs together, none for its echo, and none twice.

Times are seconds; in the timelines `!` is a verdict, `.` a judgement that is none.
"""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from custom_components.smartguard.core.behavior import Behavior
from custom_components.smartguard.core.errors import SmartGuardError
from custom_components.smartguard.core.policy import (
    CLEAR_AFTER,
    SUSTAINED,
    Change,
    Episode,
    Expected,
    Judgement,
    Policy,
    Reason,
)
from custom_components.smartguard.core.severity import severity

from .household import DAY, HOUR


def use(time: float, entity: str = "lamp", control: str = "turn_on") -> Behavior:
    return Behavior(time, entity, entity, control)


def reason(channel: str, score: float, *context: Behavior, **facts: float | str) -> Reason:
    return Reason(channel, score, context[:1], context, facts)


def judged(time: float, *reasons: Reason) -> Judgement:
    """Return a judgement whose reasons are sorted as the guard sorts them."""
    ordered = tuple(sorted(reasons, key=lambda r: -r.score))
    return Judgement(time, ordered[0].score if ordered else -6.0, ordered)


def strange(time: float, score: float = 1.0, channel: str = "meeting", entity: str = "lamp") -> Judgement:
    """Return a verdict on a behavior of its own."""
    return judged(time, reason(channel, score, use(time, entity)))


def out_of_order(time: float, odd: Behavior, score: float = 1.0) -> Judgement:
    """Return what the sequence score says of a behavior, at once or when it has settled."""
    return judged(time, reason("sequence", score, odd))


def told(policy: Policy, *judgements: Judgement) -> list[Change]:
    return [change for judgement in judgements for change in policy.observe(judgement)]


def kinds(changes: list[Change] | tuple[Change, ...]) -> list[str]:
    return [change.kind for change in changes]


@pytest.fixture
def policy() -> Policy:
    return Policy.with_budget(1.0)


def test_what_is_stranger_while_an_alarm_is_armed_is_no_echo(policy: Policy) -> None:
    """
    8 armed ─── 9 light ! ─── 11 fan, as strange ─── 14 unlocked !
    """
    armed = use(8 * HOUR, "alarm", "arm_away")
    used = {
        9: (use(9 * HOUR, "light"), 1.5),
        11: (use(11 * HOUR, "fan"), 1.9),
        14: (use(14 * HOUR, "door"), 2.1),
    }

    def lived(company: str) -> list[Judgement]:
        return [
            judged(
                hour * HOUR + later, Reason("meeting", score, (b, armed), (b, armed), {"company": company})
            )
            for hour, (b, score) in used.items()
            for later in (0, 9)
        ]

    changes = told(policy, *lived("state"))
    assert kinds(changes) == ["detected", "cleared", "detected"]
    assert [c.episode.behaviors[0].entity for c in changes] == ["light", "light", "door"]
    restored = Policy.with_budget(1.0)
    restored.restore([c.episode for c in changes if c.kind == "cleared"], 10 * HOUR)
    assert kinds(told(restored, *lived("state")[2:])) == ["detected"]
    other = told(Policy.with_budget(1.0), *lived("control"))
    assert kinds(other) == ["detected", "cleared"], "a use that was told of has its echo, however strange"


def test_what_becomes_more_severe_says_so(policy: Policy) -> None:
    on = use(0)
    scores = (1.7, 1.9, 2.05, 2.1)
    lasting = [
        judged(100 + i, reason("duration", score, on, seconds=100.0)) for i, score in enumerate(scores)
    ]
    changes = told(policy, *lasting)
    assert [(c.kind, severity(c.episode)) for c in changes] == [
        ("detected", "warning"),
        ("updated", "critical"),
    ]


def test_how_long_something_has_been_on_is_told_as_it_is(policy: Policy) -> None:
    """The score ends somewhere, the time does not: the words follow it by a quarter."""
    on = use(0)
    lasting = [judged(60.0 * i, reason("duration", 1.5, on, seconds=60.0 * i)) for i in range(10, 100)]
    changes = told(policy, *lasting)
    seconds = [float(c.episode.reasons[0].facts["seconds"]) for c in changes]
    assert kinds(changes) == ["detected", *["updated"] * (len(changes) - 1)]
    assert all(1.25 <= later / earlier <= 1.35 for earlier, later in pairwise(seconds))
    assert seconds[-1] >= 60.0 * 99 / 1.25


def test_an_alert_waits_while_nobody_sees_what_is_on(policy: Policy) -> None:
    """
    on ! ── unseen for an hour ── on ! ── off      one alert, over when it is
    """
    on = use(0)
    lasting = reason("duration", 1.5, on, seconds=100.0)
    unseen = [replace(judged(200.0 + 60 * i), unseen=frozenset({"lamp"})) for i in range(60)]
    seen = [judged(3800.0 + 60 * i, lasting) for i in range(3)]
    changes = told(policy, judged(100, lasting), *unseen, *seen, judged(3920 + CLEAR_AFTER + 1))
    assert kinds(changes) == ["detected", "cleared"]
    others = [replace(judgement, unseen=frozenset({"stove"})) for judgement in unseen]
    assert kinds(told(Policy.with_budget(1.0), judged(100, lasting), *others)) == ["detected", "cleared"]


def test_a_verdict_is_told_once(policy: Policy) -> None:
    changes = told(policy, strange(100, 1.5))
    assert kinds(changes) == ["detected"]
    episode = changes[0].episode
    assert policy.episode is episode
    assert (episode.start, episode.last, episode.end) == (100, 100, None)
    assert (episode.score, episode.threshold) == (1.5, 0.0)
    assert episode.behaviors == episode.told == (use(100),)


@pytest.mark.parametrize("score", [-6.0, -0.1, 0.0])
def test_what_is_not_above_the_threshold_is_not_told(policy: Policy, score: float) -> None:
    assert told(policy, strange(100, score), judged(101)) == []
    assert policy.episode is None
    assert policy.tick(1e9) == ()


def test_verdicts_close_in_time_are_one_episode(policy: Policy) -> None:
    #  0!  200!  400!  600!            each within CLEAR_AFTER of the one before
    changes = told(policy, *(strange(t, 1.0, entity=f"lamp {t}") for t in (0, 200, 400, 600)))
    assert kinds(changes) == ["detected"]
    assert policy.episode is not None
    assert policy.episode.last == 600


def test_a_stronger_reason_updates(policy: Policy) -> None:
    changes = told(policy, strange(0, 1.0), strange(10, 1.2), strange(20, 2.0), strange(30, 1.9))
    assert kinds(changes) == ["detected", "updated"]
    assert changes[1].episode.score == 2.0
    assert changes[1].episode.behaviors == (use(20),)
    assert changes[1].episode.start == 0


def test_another_channel_updates(policy: Policy) -> None:
    changes = told(policy, strange(0, 2.0), strange(10, 0.5, "moment"), strange(20, 3.0, "duration"))
    assert kinds(changes) == ["detected", "updated", "updated"]
    assert [r.channel for r in changes[-1].episode.reasons] == ["duration", "meeting", "moment"]
    assert changes[-1].episode.score == 3.0
    assert changes[-1].episode.id == changes[0].episode.id


def test_an_episode_has_the_behaviors_and_expectations_of_its_strongest(policy: Policy) -> None:
    usual = (Expected("radio", "radio", "turn_on", 0.7),)
    heavy = tuple(use(t, "tv") for t in range(5))
    told(policy, replace(strange(10, 1.0), heaviest=heavy, expected=usual))
    assert policy.episode is not None
    assert policy.episode.behaviors == (use(10), *heavy[:2])
    assert policy.episode.expected == usual
    told(policy, strange(20, 2.0))
    assert policy.episode.behaviors == (use(20),)
    assert policy.episode.expected == usual


def test_an_episode_has_the_losses_of_the_window_that_it_was_found_in(policy: Policy) -> None:
    heavy = (use(1, "tv"), use(2, "tv"), use(3, "tv"))
    window = tuple((b, loss) for loss, b in enumerate((*heavy, use(10)), 1))
    #  a weak sign waits; meanwhile others are judged in windows of their own
    weak = replace(strange(10, 0.1), heaviest=heavy, losses=window)
    assert told(policy, weak, replace(judged(20), losses=((use(10), 9.0),))) == []
    (change,) = policy.tick(50)
    assert change.episode.losses == ((use(10), 4.0), (heavy[0], 1.0), (heavy[1], 2.0))
    #  what lasts is judged without a window, and keeps the losses that are known
    changes = told(policy, judged(60, reason("duration", 3.0, use(10))))
    assert [change.episode.losses for change in changes] == [((use(10), 4.0),)]


def test_an_episode_clears_after_a_quiet_time(policy: Policy) -> None:
    #  0! ──────── CLEAR_AFTER ──.──── later: cleared, once
    told(policy, strange(0))
    assert policy.tick(CLEAR_AFTER) == ()
    changes = policy.tick(CLEAR_AFTER + 1)
    assert kinds(changes) == ["cleared"]
    assert changes[0].episode.end == CLEAR_AFTER + 1
    assert policy.episode is None
    assert policy.tick(CLEAR_AFTER + 2) == ()


def test_a_late_verdict_clears_the_old_episode_and_begins_another(policy: Policy) -> None:
    changes = told(policy, strange(0), strange(CLEAR_AFTER + 1, entity="tv"))
    assert kinds(changes) == ["detected", "cleared", "detected"]
    assert changes[0].episode.id == changes[1].episode.id != changes[2].episode.id


def test_what_was_told_is_told_no_more_once_it_has_settled(policy: Policy) -> None:
    #  0! told at once ── 60 found again, and stranger ── 1000 the episode is over ── 1001 and once more
    odd = use(0)
    changes = told(policy, out_of_order(0, odd), out_of_order(60, odd, score=3.0))
    assert kinds(changes) == ["detected"]
    policy.tick(1000)
    assert told(policy, out_of_order(1001, odd, score=3.0)) == []


def test_an_echo_is_one_in_another_channel_too(policy: Policy) -> None:
    odd = use(0)
    told(policy, judged(0, reason("moment", 1.0, odd)))
    policy.tick(1000)
    assert told(policy, out_of_order(1001, odd, score=3.0)) == []
    assert told(policy, judged(1002, reason("meeting", 3.0, use(1002, "tv"), odd))) == []


def test_beside_what_nothing_was_said_of_something_may_be_strange(policy: Policy) -> None:
    told(policy, out_of_order(2, use(1)))
    policy.tick(1000)
    calm = use(0, "radio")
    assert kinds(told(policy, judged(1002, reason("meeting", 1.0, use(1002, "stove"), calm)))) == ["detected"]


def test_what_lasts_keeps_its_episode_open(policy: Policy) -> None:
    #  0 on ──────── 3600! 3660! 3720! … 7200! ─ off: cleared after; one alert in all
    on = use(0, "stove")
    changes = told(
        policy,
        *(judged(t, reason("duration", 0.5 + t / 9e4, on, seconds=t)) for t in range(3600, 7260, 60)),
    )
    assert kinds(changes) == ["detected"]
    assert kinds(policy.tick(7200 + CLEAR_AFTER)) == []
    assert kinds(policy.tick(7201 + CLEAR_AFTER)) == ["cleared"]


def test_what_only_lasts_hides_no_other_device(policy: Policy) -> None:
    #  0 console on ── 3600! … 5000! ── 5010! flicker of the lamp ── console still on, silent from now on
    console = use(0, "console")
    lasting = [judged(t, reason("duration", 1.0, console)) for t in range(3600, 5000, 60)]
    told(policy, *lasting)
    flicker = judged(5010, reason("repetition", 2.0, *(use(t, "lamp") for t in (5010, 5005, 5000))))
    changes = told(policy, flicker)
    assert kinds(changes) == ["cleared", "detected"]
    assert changes[0].episode.end == 5010
    assert {b.entity for b in changes[1].episode.told} == {"lamp"}
    assert told(policy, judged(5020, reason("duration", 1.5, console))) == []
    assert kinds(policy.tick(5011 + CLEAR_AFTER)) == ["cleared"]
    assert told(policy, judged(6000, reason("duration", 2.0, console))) == []


def test_two_that_last_too_long_are_told_one_after_the_other(policy: Policy) -> None:
    console, stove = use(0, "console"), use(1000, "stove")
    told(policy, judged(3600, reason("duration", 1.0, console)))
    alone = [judged(t, reason("duration", 1.0, console)) for t in range(3660, 5000, 60)]
    both = [
        judged(t, reason("duration", 1.0, console), reason("duration", 0.5, stove))
        for t in range(5000, 8000, 60)
    ]
    changes = told(policy, *alone, *both)
    assert kinds(changes) == ["cleared", "detected"]
    assert {b.entity for b in changes[1].episode.told} == {"stove"}
    assert policy.episode is not None
    assert policy.episode.last == both[-1].time


@pytest.mark.parametrize(
    ("later", "expected"), [(CLEAR_AFTER, []), (CLEAR_AFTER + 1, ["cleared", "detected"])]
)
def test_what_was_left_on_together_is_one_alert(policy: Policy, later: float, expected: list[str]) -> None:
    drawer, box = use(0, "drawer"), use(later, "box")
    told(policy, judged(1000, reason("duration", 1.0, drawer)))
    one = judged(1060, reason("duration", 1.2, box), reason("duration", 1.0, drawer))
    assert kinds(told(policy, one)) == expected
    # Nor is it told when the first is put right.
    assert kinds(told(policy, judged(1120, reason("duration", 1.3, box)))) == []


@pytest.mark.parametrize("channel", ["repetition", "duration"])
def test_what_flickers_or_stays_on_is_told_of_its_own(policy: Policy, channel: str) -> None:
    #  a console just told ── a minute later the microwave
    console, microwave = use(0, "console"), use(3500, "microwave")
    told(policy, judged(3600, reason("duration", 0.1, console)))
    changes = told(policy, judged(3660, reason(channel, 2.0, microwave), reason("duration", 0.1, console)))
    assert kinds(changes) == ["cleared", "detected"]
    assert {b.entity for b in changes[1].episode.told} == {"microwave"}
    assert told(policy, judged(3670, reason("duration", 0.2, console))) == []


def test_news_of_the_device_that_lasts_stays_in_its_episode(policy: Policy) -> None:
    on = use(0, "stove")
    told(policy, *(judged(t, reason("duration", 1.0, on)) for t in range(3600, 5000, 60)))
    changes = told(policy, judged(5000, reason("moment", 1.0, use(5000, "stove", "turn_off"))))
    assert kinds(changes) == ["updated"]


def test_the_end_of_a_told_state_is_no_second_alert(policy: Policy) -> None:
    on = use(0, "stove")
    told(policy, judged(3600, reason("duration", 1.0, on)))
    policy.tick(9000)
    assert told(policy, judged(9001, reason("duration", 4.0, on))) == []
    # Another stretch of the same stove is another matter.
    assert kinds(told(policy, judged(20_000, reason("duration", 1.0, use(12_000, "stove"))))) == ["detected"]


def test_a_flicker_goes_on_in_its_episode_and_echoes_after_it(policy: Policy) -> None:
    burst = [use(float(i)) for i in range(8)]
    changes = told(policy, *(judged(i, reason("repetition", i - 2.0, *burst[i::-1])) for i in range(8)))
    assert kinds(changes) == ["detected", "updated", "updated", "updated", "updated"]
    assert changes[-1].episode.score == 5.0
    policy.tick(1000)
    assert told(policy, judged(1001, reason("repetition", 5.0, use(1001), *burst))) == []


def test_what_was_told_for_one_reason_may_last_too_long(policy: Policy) -> None:
    #  The stove at the wrong time was told; that it is on for hours then is news.
    on = use(0, "stove")
    told(policy, judged(0, reason("moment", 1.0, on)))
    policy.tick(1000)
    assert kinds(told(policy, judged(9000, reason("duration", 1.0, on)))) == ["detected"]


def test_an_echo_beside_news_leaves_the_news(policy: Policy) -> None:
    odd = use(0)
    told(policy, judged(0, reason("meeting", 1.0, odd)))
    policy.tick(1000)
    new = use(1001, "radio")
    both = judged(1001, reason("meeting", 4.0, new, odd), reason("moment", 0.5, new))
    changes = told(policy, both)
    assert kinds(changes) == ["detected"]
    assert [r.channel for r in changes[0].episode.reasons] == ["moment"]
    assert changes[0].episode.score == 0.5


def test_a_new_budget_holds_at_once(policy: Policy) -> None:
    assert told(policy, strange(0, -0.5), strange(1, 0.5)) != []
    policy.tick(1000)
    policy.set_budget(10)
    assert kinds(told(policy, strange(1001, -0.5, entity="radio"))) == ["detected"]
    policy.tick(2000)
    policy.set_budget(0.01)
    assert told(policy, strange(2001, 1.9)) == []
    assert kinds(told(policy, strange(2002, 2.4))) == ["detected"]
    assert policy.episode is not None
    assert policy.episode.threshold == pytest.approx(2)


def test_a_budget_of_nothing_is_refused_and_changes_nothing(policy: Policy) -> None:
    with pytest.raises(ValueError, match="expected a positive number of alerts a week, got 0"):
        policy.set_budget(0)
    assert policy.threshold == 0


def test_a_clock_that_jumps_back_ends_nothing(policy: Policy) -> None:
    told(policy, strange(10_000))
    assert policy.tick(100) == ()
    changes = told(policy, strange(101, 5.0))
    assert kinds(changes) == ["updated"]
    assert changes[0].episode.last == 10_000
    assert kinds(policy.tick(10_001 + CLEAR_AFTER)) == ["cleared"]


def test_a_restart_goes_on_where_it_was(policy: Policy) -> None:
    first = told(policy, strange(0, entity="radio"))[0].episode
    ended = policy.tick(1000)[0].episode
    on = use(0, "stove")
    is_open = told(policy, judged(3600, reason("duration", 1.0, on)))[0].episode
    again = Policy.with_budget(1.0)
    again.restore([Episode.from_json(json.loads(json.dumps(e.to_json()))) for e in (ended, is_open)], 3600)
    assert again.episode == is_open
    # Nothing is told twice: neither what is over nor what goes on.
    assert told(again, judged(3660, reason("duration", 1.0, on))) == []
    assert kinds(again.tick(9000)) == ["cleared"]
    assert told(again, judged(9001, reason("meeting", 3.0, use(9001), *first.told))) == []
    assert told(again, judged(9002, reason("duration", 3.0, on))) == []
    assert kinds(told(again, strange(9003))) == ["detected"]


def test_a_restart_after_the_end_begins_without_an_episode(policy: Policy) -> None:
    told(policy, strange(0))
    ended = policy.tick(1000)[0].episode
    again = Policy.with_budget(1.0)
    again.restore([ended], 1000)
    assert again.episode is None
    again.restore([], 1000)
    assert again.tick(1e9) == ()


def test_while_it_was_away_nothing_lasted(policy: Policy) -> None:
    #  told after an hour, away for three days: it has its time to go on, and lasted an hour
    on = use(0, "stove")
    is_open = told(policy, judged(HOUR, reason("duration", 1.0, on)))[0].episode
    again = Policy.with_budget(1.0)
    again.restore([is_open], 3 * DAY)
    assert again.tick(3 * DAY + CLEAR_AFTER) == ()
    (over,) = again.tick(3 * DAY + CLEAR_AFTER + 1)
    assert (over.kind, over.episode.last, over.episode.end) == ("cleared", HOUR, 3 * DAY + CLEAR_AFTER + 1)
    later = use(4 * DAY, "stove")
    assert told(again, judged(4 * DAY + HOUR, reason("duration", 1.0, later))) == []
    longer = judged(4 * DAY + 1.6 * HOUR, reason("duration", 1.0, later))
    assert kinds(told(again, longer)) == ["detected"]


def test_a_weak_sign_that_waits_is_not_told_once_all_is_muted(policy: Policy) -> None:
    weak = strange(100, 0.1)
    assert told(policy, weak) == []
    policy.restraint.muted = True
    assert policy.tick(100 + SUSTAINED) == ()
    policy.restraint.muted = False
    assert policy.tick(100 + 2 * SUSTAINED) == ()
    assert policy.episode is None


def test_an_episode_is_what_was_written(policy: Policy) -> None:
    by_hand = Behavior(1.25, "device", "light.lamp", "set_preset_mode:ä", "person")
    facts: dict[str, float | str] = {"hour": 3.5, "company": "state"}
    verdict = Judgement(
        2.0,
        1.0,
        (Reason("moment", 1.0, (by_hand,), (by_hand, use(1)), facts), reason("meeting", 0.5, use(1))),
        ((by_hand, 0.3),),
        (by_hand,),
        (Expected("d", "e", "turn_on", 0.25),),
    )
    told(policy, verdict)
    ended = policy.tick(1000)[0].episode
    again = Episode.from_json(json.loads(json.dumps(ended.to_json())))
    assert again == ended
    assert again.behaviors[0].actor == "person"
    assert dict(again.losses) == {by_hand: 0.3}


def test_an_episode_that_was_written_before_there_were_losses_has_none(policy: Policy) -> None:
    (change,) = told(policy, replace(strange(0), losses=((use(0), 0.3),)))
    data = change.episode.to_json()
    del data["losses"]
    assert Episode.from_json(data) == replace(change.episode, losses=())


def damage() -> list[Any]:
    told(policy := Policy.with_budget(1.0), strange(0))
    assert policy.episode is not None
    good = policy.episode.to_json()
    Episode.from_json(good)
    without = [{k: v for k, v in good.items() if k != key} for key in good if key != "losses"]
    reasons = [[1], [{**good["reasons"][0], "behaviors": [[1, "device"]]}], None]
    expected = [{**good, "expected": [["too", "short"]]}, {**good, "start": "noon"}]
    return [None, [], "episode", *without, *expected, *({**good, "reasons": r} for r in reasons)]


@pytest.mark.parametrize("data", damage())
def test_what_is_no_episode_is_refused(data: Any) -> None:
    with pytest.raises(SmartGuardError, match="expected an episode, got"):
        Episode.from_json(data)
