"""抽取: the draw of a panel that anyone can re-compute (docs/draw-specification.md)."""
