"""专家库: the think tank and the survey pool, by number only."""
