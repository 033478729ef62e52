"""A guide document of any layout to a Guide, with what looked wrong, and the way to mend it by hand."""

from matcher.guide.mending import blank_guide, read_guide
from matcher.guide.serial import to_json, write_workbook

__all__ = ["blank_guide", "read_guide", "to_json", "write_workbook"]
