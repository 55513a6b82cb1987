"""Streams, outbox, bus, inbox, journal, clocks and HTTP edge: everything technical, no domain word."""
