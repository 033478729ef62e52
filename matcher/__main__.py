"""`python -m matcher`: the command line where its script is not on the path."""

from matcher.cli import main

if __name__ == "__main__":
    main()
