"""抽签: the draw that anyone can re-compute, whoever is drawn: experts, targets of inspection, inspectors.

The engine of docs/draw-specification.md, pure: `rules.declare` and `rules.draw` are its front door, `verify_draw.py`
shares no code with it. What is kept of a draw, and who may ask for one, is each service's own affair.
"""
