"""The HTTP service: the same engine for another program, as `matcher serve` starts it."""
