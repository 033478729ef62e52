"""Topics in tables and forms, and in other layouts that are no lists of marks."""
