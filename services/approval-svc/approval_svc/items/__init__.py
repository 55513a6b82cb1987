"""事项: what the bureau may grant, under which standard, and who supervises its holders (R5, R6, R8, R14)."""
