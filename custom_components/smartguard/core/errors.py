"""The errors of the core: a small tree, translated once at the Home Assistant boundary."""

from __future__ import annotations


class SmartGuardError(Exception):
    """Something in the core went wrong; the message says what was expected and what was got."""


class NotEnoughDataError(SmartGuardError):
    """The history is too small, too short or too uniform to learn from."""


class StoppedError(SmartGuardError):
    """Training was asked to stop and did."""


class ArtifactError(SmartGuardError):
    """A model file can not be read."""


class ArtifactDamagedError(ArtifactError):
    """The file is cut short, altered or no SmartGuard model at all."""


class ArtifactVersionError(ArtifactError):
    """The file was written by a newer version of SmartGuard."""
