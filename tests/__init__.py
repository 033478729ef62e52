"""Tests. An image may be set to keep no compiled modules: each of hundreds of processes would compile all that it imports."""

import os
import sys

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
