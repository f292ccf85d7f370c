"""What card and panel are sent: `frontend/src/types.ts` has the same names, which a contract test compares.

Times are UTC seconds, losses nats. `entity` is the key that SmartGuard keeps, `entity_id` what Home
Assistant calls it now, None where it is gone. Every answer carries the version of these shapes as `schema`.
"""

from __future__ import annotations

from typing import Final, TypedDict

SCHEMA: Final = 1


class Thing(TypedDict):
    """An entity as it is shown."""

    entity: str
    entity_id: str | None
    name: str
    device: str
    area: str | None


class BehaviorRow(Thing):
    """One use of a control; strange: an alarm spoke of it."""

    time: float
    control: str
    text: str
    actor: str
    loss: float | None
    strange: bool


class ExpectedRow(TypedDict):
    """A control that would have been usual instead."""

    entity_id: str | None
    text: str
    probability: float


class WindowRow(BehaviorRow):
    """A position of a window: its share of the score, and what was expected there."""

    share: float
    expected: list[ExpectedRow]


class ReasonRow(TypedDict):
    """Why a moment is strange."""

    kind: str
    score: float
    summary: str


class AlarmRow(TypedDict):
    """An episode; end is None while it lasts, `page` where the page after it begins.

    normal: by what people said, it would not be told again. Of one that can not be read, kind is
    `unreadable`, and start 0 where even that is unknown.
    """

    page: int
    episode_id: str
    start: float
    end: float | None
    score: float
    threshold: float
    kind: str
    summary: str
    things: list[Thing]
    normal: bool


class Explanation(TypedDict):
    """A window with its losses and attention, (n, n), row i: where i looked while it was hidden."""

    schema: int
    version: str | None
    score: float | None
    threshold: float
    alarm: AlarmRow | None
    reasons: list[ReasonRow]
    rows: list[WindowRow]
    attention: list[list[float]] | None


class TimelinePage(TypedDict):
    """Behaviors, newest first; next: where the next page begins, None at the end."""

    schema: int
    rows: list[BehaviorRow]
    next: list[float] | None


class AlarmPage(TypedDict):
    """Alarms, newest first; next: where the next page begins, None at the end."""

    schema: int
    rows: list[AlarmRow]
    next: int | None


class HabitRow(Thing):
    """A control as it was learned: uses by local hour, usual and longest on-time in seconds.

    loss: the mean of the last week, None where it was not judged; judged: of how many uses.
    """

    control: str
    text: str
    uses: int
    hours: list[int]
    usual: float | None
    longest: float | None
    weight: float
    loss: float | None
    judged: int
    last: float | None


class HabitList(TypedDict):
    """Every control that the model knows, most used first."""

    schema: int
    rows: list[HabitRow]


class FollowerRow(TypedDict):
    """What was used within minutes after: how often, and how often chance would have it."""

    text: str
    seen: float
    possible: float


class HabitDetail(TypedDict):
    """One control: uses by weekday (Monday first) and local hour, (7, 24); on-times in seconds; followers."""

    schema: int
    week: list[list[int]]
    on_times: list[float]
    followers: list[FollowerRow]


class VersionRow(TypedDict):
    """A stored model."""

    name: str
    trained: float
    behaviors: int
    in_use: bool


class LossRow(TypedDict):
    """The losses of a device of late, and how many behaviors they are of."""

    device: str
    mean: float
    most: float
    judged: int


class ModelState(TypedDict):
    """Model, data, and alarms against the budget.

    weeks: alarms of each of the last weeks, the newest last. losses: of the last one. expected_at_least and
    …_at_most: alarms a week that the budget may turn out to be, None without a model. false_alarms: how many
    of the alarms that were judged people called normal.
    """

    schema: int
    versions: list[VersionRow]
    about: dict[str, float]
    parameters: int | None
    behaviors: int
    oldest: float | None
    newest: float | None
    budget: float
    weeks: list[int]
    expected_at_least: float | None
    expected_at_most: float | None
    false_alarms: int
    judged: int
    losses: list[LossRow]


class BudgetRow(TypedDict):
    """What one budget, in alerts a week, would have told."""

    budget: float
    alarms: list[AlarmRow]


class BackTest(TypedDict):
    """The last days once more, by rising budget; budget: the present one, which is among them."""

    schema: int
    days: float
    budget: float
    rows: list[BudgetRow]


class DeviceRow(TypedDict):
    """A device that the model knows, and where its reconstruction loss is to be seen."""

    device: str
    area: str | None
    loss_entity: str | None
    statistic_id: str


class DeviceList(TypedDict):
    """Every device that the model knows, by name."""

    schema: int
    rows: list[DeviceRow]


class Status(TypedDict):
    """What is so now; loaded is False while the entry is not, and then nothing else is told.

    snoozed: until when nothing is told (UTC seconds), "home" for until somebody comes home.
    """

    schema: int
    loaded: bool
    status: str | None
    score: float | None
    threshold: float | None
    budget: float | None
    progress: float | None
    behaviors: int
    last_trained: float | None
    reason: str | None
    snoozed: float | str | None
    alarm: AlarmRow | None
    score_entity: str | None
