"""`python -m shenguan_launcher` is the `shenguan` command."""

from .main import main

main()
