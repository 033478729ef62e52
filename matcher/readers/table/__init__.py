"""The rows of a sheet to proposals, field by field."""
