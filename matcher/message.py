"""How numbers are told to people, the same wherever they stand."""

from __future__ import annotations


def percent(probability: float) -> str:
    """A probability for people: never 0 or 100 %, since nothing here is certain.

    >>> percent(1.0), percent(0.123), percent(0.0)
    ('>99%', '12%', '<1%')
    """
    if probability > 0.99:
        return ">99%"
    return "<1%" if probability < 0.01 else f"{probability:.0%}"


def share(part: float) -> str:
    """A share of something counted, in [0, 1]: all of it is 100 %, and hardly any is not 0 %.

    >>> share(1.0), share(0.996), share(0.5), share(0.0)
    ('100%', '>99%', '50%', '0%')
    """
    return f"{part:.0%}" if part in (0.0, 1.0) else percent(part)
