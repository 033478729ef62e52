"""How the shipped transformer is made from multilingual-e5-small; `build.py` is the one command."""
