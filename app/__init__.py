"""The page: desks for applicants, intake staff and reviewers over the engine in `matcher`."""
