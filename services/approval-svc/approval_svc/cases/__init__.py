"""办件: an application from the window to the decision (R13, ALL art. 32, 38)."""
