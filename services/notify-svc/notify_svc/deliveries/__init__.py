"""Deliveries: what was sent to whom, what came of it, and when is it tried again?"""
