"""Where are the files that check a certificate and that make a contributor's number?"""

from importlib.resources import files


def verifier_source() -> bytes:
    """核验程序: `verify_draw.py` as shipped, one file of standard-library Python."""
    return files(__package__).joinpath("verify_draw.py").read_bytes()


def contributor_source() -> bytes:
    """随机数提供程序: `contribute.py` as shipped, one file of standard-library Python."""
    return files(__package__).joinpath("contribute.py").read_bytes()
