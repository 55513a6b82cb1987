"""托管单位: the offices that can open a withheld number, two of them together, and the keys they registered."""
