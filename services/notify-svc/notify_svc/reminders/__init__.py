"""提醒 (reminders): who is told of what, by which channel, and did it get there? Once each, on record (R10, R35)."""
