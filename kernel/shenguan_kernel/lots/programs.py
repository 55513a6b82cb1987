"""Where are the files that check a certificate and that make a contributor's number?"""

from importlib.resources import files


def verifier_source() -> bytes:
    """核验程序: `verify_draw.py` as shipped, one file of standard-library Python."""
    return _shipped("verify_draw.py")


def census_verifier_source() -> bytes:
    """长名录核验程序: `verify_census.py` as shipped, which needs `verify_draw.py` beside it."""
    return _shipped("verify_census.py")


def page_source() -> bytes:
    """核验页: `verify_draw.html` as shipped, one file that needs a browser and no network."""
    return _shipped("verify_draw.html")


def contributor_source() -> bytes:
    """随机数提供程序: `contribute.py` as shipped, one file of standard-library Python."""
    return _shipped("contribute.py")


def _shipped(name: str) -> bytes:
    return files(__package__).joinpath(name).read_bytes()
