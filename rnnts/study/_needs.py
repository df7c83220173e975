"""Optional packages, looked for before hours of computing."""

from collections.abc import Iterable

from rnnts._packages import is_installed


def check_packages(purpose: str, packages: Iterable[str], way_out: str = "") -> None:
    """Raise if one of the packages that a purpose needs cannot be imported."""
    packages = tuple(packages)
    missing = [name for name in packages if not is_installed(name)]
    if missing:
        raise ModuleNotFoundError(
            f"{purpose} needs {' and '.join(packages)}, but {' and '.join(missing)} cannot be "
            f"imported; pip install 'rnnts[study]'{way_out}"
        )
