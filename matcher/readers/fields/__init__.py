"""What the parts of a proposal are called and what their values look like, in forms as in tables."""
