"""By the words of its register, whether a sentence is background or routine; the words are in data/content.toml.

Background is what policy says, how things stand and why it matters. Routine is what any project says, whatever
it is about: methods, schedule, team, host, funds, results, risks, what other places did, the print of forms.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from matcher import settings
from matcher.matching.cues import cues

Register = Literal["", "background", "routine"]
ROUTINE = settings.share("matching.register.routine")


def registers(sentences: Sequence[str], free: Sequence[bool]) -> list[Register]:
    """The register of each folded sentence of a proposal, in order; "" for those that are not `free` to have one.

    Background is a sentence with more words of background than of aims, and what stands before or
    between such sentences at the start without stating an aim.
    """
    behind, aimless, routine = [], [], []
    for text, is_free in zip(sentences, free, strict=True):
        low = text.lower() if is_free else ""  # of the others nothing is asked
        aims = cues().aims.kinds(low)
        behind.append(cues().background.kinds(low) > aims)
        aimless.append(is_free and not aims)
        routine.append(cues().routine.share(low) >= ROUTINE)
    last = -1
    for i, is_free in enumerate(free):
        if behind[i]:
            last = i
        elif is_free and not aimless[i]:
            break
    return [
        "routine" if routine[i] else "background" if behind[i] or (aimless[i] and i < last) else ""
        for i in range(len(sentences))
    ]
