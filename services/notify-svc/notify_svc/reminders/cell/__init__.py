"""Who carries a message out? A process of its own that can do that and nothing else (decision 0037)."""
