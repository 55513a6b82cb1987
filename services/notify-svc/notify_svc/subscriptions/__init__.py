"""Subscriptions: which of a department's systems wants to be called, for what, and where?"""
