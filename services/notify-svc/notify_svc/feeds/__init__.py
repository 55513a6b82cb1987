"""Feeds: how does a department's own system hear what concerns it, and nothing else?

A reaction keeps what a department may see, the sender numbers it densely and publishes it on the department's topic.
"""
