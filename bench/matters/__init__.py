"""Matters (事项): the smallest slice that has every shape of command; it exists only to be measured."""
