"""行政处罚: the decisions by which a department strikes a licence."""
