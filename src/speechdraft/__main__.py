"""``python -m speechdraft``: the command line, for machines where scripts are not on the path."""

from speechdraft.cli import main

if __name__ == "__main__":
    main()
