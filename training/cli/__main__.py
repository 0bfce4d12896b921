"""``python -m training.cli``: the command ``xinheng`` without the script."""

from training.cli import main

if __name__ == "__main__":
    main()
