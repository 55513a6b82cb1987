"""Where is the file that checks a certificate?"""

from importlib.resources import files


def verifier_source() -> bytes:
    """核验程序: `verify_draw.py` as shipped, one file of standard-library Python."""
    return files(__package__).joinpath("verify_draw.py").read_bytes()
