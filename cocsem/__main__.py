"""`python -m cocsem`."""

from cocsem.cli import main

if __name__ == "__main__":
    main()
