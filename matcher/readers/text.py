"""Plain text and Markdown: bytes in any of the encodings that offices use, as paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from matcher.errors import DocumentError
from matcher.readers.blocks import Block, Heading

# Encodings that are tried where a file is neither UTF-8 nor UTF-16 and hardly Chinese in GB18030.
_OTHERS = ["big5hkscs", "gb18030", "cp1252", "shift_jis", "euc_kr"]
# The lead bytes of the everyday characters, sorted by use, in GB 2312 and in Big5, and of their punctuation.
_EVERYDAY = (("gb2312", (0xB0, 0xD7), (0xA1, 0xA3)), ("big5", (0xA4, 0xC6), (0xA1, 0xA2)))
_SAMPLE = 20_000  # bytes that are looked at to tell an encoding
# How much more of a text must be everyday characters before another encoding than GB18030 is believed.
_CLEARLY = 0.15
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_TITLE = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
_RULE = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)*\|?\s*$")


def decode(raw: bytes, name: str) -> str:
    """Text of bytes in UTF-8, UTF-16, GB18030 or Big5; DocumentError if it is none of these."""
    for encoding in _candidates(raw):
        try:
            text = raw.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        if len(_CONTROL.findall(text)) * 20 <= len(text):  # a binary file is full of them
            return text.removeprefix("\ufeff")
    raise DocumentError(
        f"{name} 不是文本（应为 UTF-8、UTF-16、GB18030 或 Big5）：请用编辑器另存为 UTF-8。 / "
        f"{name} is not text in UTF-8, UTF-16, GB18030 or Big5; save it as UTF-8 in an editor."
    )


def decode_input(raw: bytes) -> str:
    """Text that came through a pipe: in the encodings of files; what fits none of them as UTF-8 with marks for bad bytes."""
    for encoding in _candidates(raw):
        if encoding not in ("utf-32", "cp1252"):
            try:
                return raw.decode(encoding).removeprefix("\ufeff")
            except (UnicodeDecodeError, LookupError):
                continue
    return raw.decode("utf-8", "replace")


def _candidates(raw: bytes) -> Iterator[str]:
    """The encodings to try, best first: by the mark at the start, by zeros, then by what reads as Chinese."""
    if raw.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        yield "utf-32"
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        yield "utf-16"
    sample = raw[: _SAMPLE // 2 * 2]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    # The line ends and digits of unmarked UTF-16 hold a zero byte, always on the same side.
    if even + odd and not (even and odd) and len(raw) % 2 == 0:
        sides = "utf-16-le" if odd else "utf-16-be"
        if _everyday(sample.decode(sides, "replace")) > 0.5:
            yield sides
    yield "utf-8-sig"
    yield from _chinese(raw)


def _chinese(raw: bytes) -> list[str]:
    """gb18030 unless another encoding gives clearly more of what Chinese is written with."""
    sample = raw[:_SAMPLE]
    share = _everyday(sample.decode("gb18030", "replace"))
    if _everyday(sample.decode("big5hkscs", "replace")) > share + _CLEARLY:
        return ["big5hkscs", "gb18030"]
    if share > 0.5:
        return ["gb18030"]
    from charset_normalizer import from_bytes  # here: nearly every file is known without it

    return [match.encoding for match in from_bytes(sample, cp_isolation=_OTHERS)] + ["gb18030"]


def _everyday(text: str) -> float:
    """The share of everyday characters and stops among those beyond ASCII; 1 where there are none of those."""
    beyond = [c for c in text[:_SAMPLE] if not c.isascii()]
    return sum(map(_is_everyday, beyond)) / len(beyond) if beyond else 1.0


def _is_everyday(letter: str) -> bool:
    for encoding, *ranges in _EVERYDAY:
        lead = letter.encode(encoding, "ignore")[:1]
        if lead and any(low <= lead[0] <= high for low, high in ranges):
            return True
    return False


def text_blocks(text: str) -> list[Block]:
    """The lines of a plain text."""
    return [text]


def markdown_blocks(text: str) -> Iterator[Block]:
    """Headings, tables of pipes and lines of a Markdown text; what only Markdown reads (#, ---, **) is taken away."""
    lines = re.split(r"\r\n|\r|\n", text)
    n = 0
    while n < len(lines):
        if "|" in lines[n] and n + 1 < len(lines) and "|" in lines[n + 1] and _RULE.fullmatch(lines[n + 1]):
            end = next((i for i in range(n + 2, len(lines)) if "|" not in lines[i]), len(lines))
            yield [_cells(line) for line in (lines[n], *lines[n + 2 : end])]
            n = end
            continue
        title = _TITLE.match(lines[n])
        yield Heading(_plain(title[2]), len(title[1])) if title else _plain(lines[n])
        n += 1


def _cells(line: str) -> list[str]:
    return [
        _plain(cell.strip()).replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))
    ]


def _plain(line: str) -> str:
    return re.sub(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1", r"\2", line)
