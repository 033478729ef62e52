"""Numbers as Chinese writes them, there and back, and in the digits 0 to 9."""

from __future__ import annotations

DIGITS = "零一二三四五六七八九"
STEMS, BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
FORMAL = "壹贰叁肆伍陆柒捌玖拾"  # as sums are written that nobody shall alter
_FORMAL = str.maketrans("一二三四五六七八九十百千", FORMAL + "佰仟")
_VALUES = {c: n for n, c in enumerate(DIGITS)} | {"〇": 0, "两": 2}
_UNITS = {"千": 1000, "百": 100, "十": 10}
_MYRIAD = 10_000
MOST_DIGITS = 14


def read(written: str) -> int | None:
    """The value of a numeral below 10^8; None for anything else and for digits in a row, which `read_row` knows.

    Of digits side by side before a unit the last counts: 三四十 is up to forty.

    >>> read("十二"), read("一百零五"), read("两万三千"), read("七"), read("一二"), read("甲")
    (12, 105, 23000, 7, None, None)
    """
    if not 0 < len(written) <= 2 * MOST_DIGITS:  # with their units
        return None
    if len(written) > 1 and all(c in _VALUES for c in written):
        return None
    total = section = digit = 0
    for c in written:
        if c in _VALUES:
            digit = _VALUES[c]
        elif c in _UNITS:
            section, digit = section + (digit or 1) * _UNITS[c], 0
        elif c == "万":
            total, section, digit = (section + digit) * _MYRIAD, 0, 0
        else:
            return None
    return total + section + digit


def read_row(written: str) -> int | None:
    """The value of up to 14 digits in a row, as years are written; None for anything else.

    >>> read_row("二〇二三"), read_row("七"), read_row("十二")
    (2023, 7, None)
    """
    if not 0 < len(written) <= MOST_DIGITS or any(c not in _VALUES for c in written):
        return None
    return int("".join(str(_VALUES[c]) for c in written))


def read_digits(written: str) -> int | None:
    """The value of up to 14 digits 0 to 9; None for anything else: nothing that is counted here has more.

    >>> read_digits("007"), read_digits("７"), read_digits("7a"), read_digits("7" * 5000)
    (7, None, None, None)
    """
    return int(written) if len(written) <= MOST_DIGITS and written.isascii() and written.isdigit() else None


def write_formal(n: int) -> str:
    """A number from 0 to 9999 in the digits of sums; ValueError beyond.

    >>> write_formal(3), write_formal(21)
    ('叁', '贰拾壹')
    """
    return write(n).translate(_FORMAL)


def write(n: int) -> str:
    """A number from 0 to 9999; ValueError beyond.

    >>> write(105), write(12), write(2020)
    ('一百零五', '十二', '二千零二十')
    """
    if not 0 <= n < _MYRIAD:
        raise ValueError(n)
    if n < len(DIGITS):
        return DIGITS[n]
    written, gap = "", False
    for sign, value in (*_UNITS.items(), ("", 1)):
        digit, n = divmod(n, value)
        if digit:
            bare = sign == "十" and digit == 1 and not written  # 十二, not 一十二
            written += ("零" if gap else "") + ("" if bare else DIGITS[digit]) + sign
        gap = not digit and bool(written)
    return written
