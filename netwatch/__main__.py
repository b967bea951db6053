"""``python -m netwatch``: the same as the command ``netwatch``."""

from netwatch.cli import main

if __name__ == "__main__":
    main()
