"""A guide document of any layout to a Guide, with what looked wrong, and the way to mend it by hand."""

from matcher.guide.mending import read_guide
from matcher.guide.reading import parse_document
from matcher.guide.serial import to_json

__all__ = ["parse_document", "read_guide", "to_json"]
