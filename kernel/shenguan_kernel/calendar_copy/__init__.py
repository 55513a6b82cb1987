"""How does a service count working days by itself? This slice keeps its copy of the calendar; any may mount it.

A service that mounts it hears `notify`, and creates the table `kept_years` in its own migrations. Until it has heard
anything it counts by the seed, so that no rule ever waits for the calendar.
"""
