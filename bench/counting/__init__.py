"""Counting (计数): the listening half of the bench; each event it hears is read for, saved and said on."""
