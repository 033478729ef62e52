"""By the words of its register, whether a sentence is background or routine; the words are in data/content.toml.

Background is what policy says, how things stand and why it matters. Routine is what any project says, whatever
it is about: methods, schedule, team, host, funds, results, risks, what other places did, the print of forms.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from matcher import settings
from matcher.matching.cues import cues

Register = Literal["", "background", "routine"]
ROUTINE = settings.share("matching.register.routine")
# Where a sentence that names what others have written sets out to do something itself.
_OF_ITSELF = re.compile(
    r"本(?:课题|项目|研究|文|报告)|我们|(?<!模)拟|旨在|基础上|(?:基于|借鉴|参考|结合|梳理|总结|综述|整理|检索)[^,;]{0,12}(?:研究|文献|成果)"
    r"|\b(?:we|our|i|this (?:study|project|paper|proposal)|based on|building on)\b"
)

# A question is of the project itself, though its words be those of any: 预算评审看什么,谁来评.
_ASKS = re.compile(r"什么|谁|怎[么样]|如何|哪|\b(?:who|how|which|whether)\b")


def registers(sentences: Sequence[str], free: Sequence[bool]) -> list[Register]:
    """The register of each folded sentence of a proposal, in order; "" for those that are not `free` to have one.

    Background is a sentence with more words of background than of aims or on literature, and what stands before or
    between such sentences at the start without stating an aim.
    """
    behind, aimless, routine = [], [], []
    for text, is_free in zip(sentences, free, strict=True):
        low = text.lower() if is_free else ""  # of the others nothing is asked
        aims = cues().aims.kinds(low)
        behind.append(cues().background.kinds(low) > aims or _is_on_literature(low))
        aimless.append(is_free and not aims)
        routine.append(cues().routine.share(low) >= ROUTINE and not _ASKS.search(low))
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


def _is_on_literature(low: str) -> bool:
    """Whether a lower-case sentence speaks of what others have written before it states an aim, and not of itself."""
    named = next(cues().literature.finditer(low), None)
    if named is None or _OF_ITSELF.search(low):
        return False
    return all(aim.start() >= named.start() for aim in cues().aims.finditer(low))
