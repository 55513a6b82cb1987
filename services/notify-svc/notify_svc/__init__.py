"""notify-svc: keeps every legal clock and delivers events."""
