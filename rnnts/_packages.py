"""Which optional packages are there."""

from importlib.util import find_spec


def is_installed(name: str) -> bool:
    """Whether a package can be imported, without importing it."""
    try:
        return find_spec(name) is not None
    except ValueError:
        # A module that was imported without a specification is there all the same.
        return True
