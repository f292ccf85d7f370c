"""What kind of day it is: sun, season, weekend, who goes out when, who is ill."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import acos, cos, degrees, pi, radians, sin, tan

import numpy as np

from .home import Habits, Home

FIXED_HOLIDAYS = ((1, 1), (5, 1), (12, 24), (12, 25), (12, 26))


@dataclass(frozen=True, slots=True)
class Plan:
    """One resident's day. Hours count from local midnight. outings: (leave, back) in order."""

    wake: float
    bed: float
    outings: tuple[tuple[float, float], ...]
    ill: bool


@dataclass(frozen=True, slots=True)
class Almanac:
    """One day of a home: the sun's hours, the season and everybody's plan."""

    free: bool
    sunrise: float
    sunset: float
    season: str
    plans: dict[str, Plan]


def almanac(home: Home, day: date, rng: np.random.Generator) -> Almanac:
    """Draw a day of the home."""
    sunrise, sunset = sun(day, home.latitude)
    holiday = (day.month, day.day) in FIXED_HOLIDAYS or bool(rng.random() < 0.02)
    free = day.weekday() >= 5 or holiday
    together = _outing(rng, 10.5, 14.0, 1.5, 4.5) if free and rng.random() < home.outing else None
    plans = {who.key: _plan(home, who, day, rng, free, together) for who in home.residents}
    return Almanac(free, sunrise, sunset, season(day), plans)


def sun(day: date, latitude: float) -> tuple[float, float]:
    """Return the hours of sunrise and sunset (standard time, noon at 12.2)."""
    declination = radians(-23.44) * cos(2 * pi * (day.timetuple().tm_yday + 10) / 365)
    half = degrees(acos(max(-1.0, min(1.0, -tan(radians(latitude)) * tan(declination))))) / 15
    return 12.2 - half, 12.2 + half


def season(day: date) -> str:
    """Return winter (heating), summer (cooling) or mild."""
    warmth = -sin(2 * pi * (day.timetuple().tm_yday + 65) / 365)
    if warmth > 0.75:
        return "summer"
    return "winter" if warmth < 0.3 else "mild"


def _jitter(rng: np.random.Generator, hours: float) -> float:
    return hours * float(np.clip(rng.normal(), -2.5, 2.5))


def _outing(
    rng: np.random.Generator, first: float, last: float, least: float, most: float
) -> tuple[float, float]:
    leave = float(rng.uniform(first, last))
    return leave, leave + float(rng.uniform(least, most))


def _plan(
    home: Home,
    who: Habits,
    day: date,
    rng: np.random.Generator,
    free: bool,
    together: tuple[float, float] | None,
) -> Plan:
    """Draw one resident's day; they sleep longer and stay up later where the next day is free."""
    ill = bool(rng.random() < 0.015)
    late = day.weekday() in (4, 5)
    wake = who.weekend_wake + _jitter(rng, 0.4) if free else who.wake + _jitter(rng, 0.12)
    bed = (who.weekend_bed if late else who.bed) + _jitter(rng, 0.25)
    if ill:
        return Plan(wake + 1.0, bed - 0.7, (), True)
    outings = _free_outings(home, rng, together, wake) if free else _usual_outings(who, day, rng, wake)
    if rng.random() < 0.05:
        evening = _outing(rng, 19.2, 20.0, 1.5, 2.4)
        outings = [*(o for o in outings if o[1] < evening[0] - 0.4), evening]
        bed = max(bed, evening[1] + 0.6)
    return Plan(wake, bed, tuple(outings), False)


def _usual_outings(
    who: Habits, day: date, rng: np.random.Generator, wake: float
) -> list[tuple[float, float]]:
    """Draw work, school and sports; now and then a day is worked at home."""
    outings = []
    for outing in who.outings:
        stays = rng.random() < 0.04
        leave, back = outing.leave + _jitter(rng, 0.1), outing.back + _jitter(rng, 0.2)
        if day.weekday() in outing.weekdays and not stays:
            outings.append((max(leave, wake + 0.6), back))
    if not outings and rng.random() < 0.5:
        outings.append(_outing(rng, 10.0, 14.5, 0.7, 1.8))
    return outings


def _free_outings(
    home: Home, rng: np.random.Generator, together: tuple[float, float] | None, wake: float
) -> list[tuple[float, float]]:
    """Draw a free day: out with everybody, or perhaps alone."""
    if together is not None and together[0] > wake + 0.8:
        return [(together[0] + _jitter(rng, 0.02), together[1] + _jitter(rng, 0.02))]
    if rng.random() < home.outing:
        return [_outing(rng, max(10.5, wake + 1.0), 16.0, 0.7, 2.5)]
    return []
