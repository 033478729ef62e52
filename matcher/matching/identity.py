"""Everything that decides an engine's answers, by content: what another process, or machine, opens the same engine of."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

from matcher import settings
from matcher.embeddings import CPU, FAST, Computing, Encoder, load_encoder, static
from matcher.embeddings.static import StaticEncoder
from matcher.errors import CalibrationError, EncoderError
from matcher.index import background
from matcher.matching import scoring
from matcher.matching.calibration import Calibration, Provenance, fitting, stale
from matcher.message import Catalogue, Message
from matcher.types import Guide

say = Catalogue(__file__)

E = TypeVar("E", bound=Encoder)


class Readers(NamedTuple):
    """The fast reader, which takes part in every score, and the encoder that was chosen, perhaps the same."""

    own: StaticEncoder
    loaded: Encoder


class Chosen(NamedTuple):
    """The models that a user chose, as the options name them, and where they compute."""

    encoder: str | None = None
    reranker: str | None = None
    computing: Computing = CPU

    def load(self) -> Readers:
        """The encoders, from the files of this machine or the hub; EncoderError if one cannot be loaded.

        They are loaded side by side, since much of it, graphs and fingerprints, needs no interpreter.
        """
        with ThreadPoolExecutor() as threads:
            own = threads.submit(_known, static.shipped_encoder)
            if self.encoder == FAST:
                return Readers(own.result(), own.result())
            other = threads.submit(_known, partial(load_encoder, self.encoder, self.computing))
            return Readers(own.result(), other.result())


def _known(load: Callable[[], E]) -> E:
    """The encoder that `load` gives, once its fingerprint is worked out."""
    encoder = load()
    assert encoder.fingerprint
    return encoder


class Identity(NamedTuple):
    """What decides the answers: two engines that agree in it give the same ones.

    `alone` is by what the fast reader answers alone in a batch; None if it does not.
    """

    guide: Guide
    chosen: Chosen
    provenance: Provenance
    calibration: Calibration | None
    alone: tuple[Provenance, Calibration] | None


def of(guide: Guide, chosen: Chosen, readers: Readers, named: Path | None, *, gated: bool) -> Identity:
    """The identity of an engine by the calibration file `named`, or else the user's own or the shipped one.

    CalibrationError for a named file that does not fit, and for a reranker that was not tested if it is `gated`.
    """
    provenance = _provenance(chosen, readers)
    numbers = fitting(provenance, guide, named)
    if chosen.reranker and gated and (numbers is None or numbers.reranker != chosen.reranker):
        raise CalibrationError(say("identity.reranker", reranker=chosen.reranker))
    alone = None
    if chosen.encoder is None and not chosen.reranker and numbers is not None:
        by_itself = provenance._replace(encoder=readers.own.fingerprint, scoring=scoring.fingerprint(FAST))
        if (own_numbers := fitting(by_itself, guide)) is not None:
            alone = by_itself, own_numbers
    return Identity(guide, chosen, provenance, numbers, alone)


def check(known: Identity, readers: Readers) -> None:
    """EncoderError unless the encoders and the scoring of this process are those of `known`."""
    if (here := _provenance(known.chosen, readers)) != known.provenance:
        raise EncoderError(say("identity.versions", other=here.differing(known.provenance)))


def notes(known: Identity, encoder: Encoder, named: Path | None) -> list[Message]:
    """What people should know of answers so made: outlived calibrations, a guide that a person mended, own settings, none of them probabilities."""
    messages = [
        say("identity.stale calibration", file=file) for file in ([] if named else stale(known.provenance))
    ]
    if known.guide.mended:
        messages.append(say("identity.mended", guide=known.guide.title))
    if changed := settings.overrides():
        keys = ", ".join(sorted(changed))
        messages.append(say("identity.settings", keys=keys))
    if known.calibration is None:
        messages.append(say("identity.uncalibrated", name=encoder.name))
    return messages


def _provenance(chosen: Chosen, readers: Readers) -> Provenance:
    return Provenance(
        readers.loaded.fingerprint,
        background.fingerprint(readers.own),
        scoring.fingerprint(readers.loaded.name),
        chosen.reranker or "",
    )
