"""Files of rows to sheets."""
