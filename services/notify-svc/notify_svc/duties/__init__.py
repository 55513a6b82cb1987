"""Duties: which event starts which legal clock, for whom, for how long, and what stops it?"""
