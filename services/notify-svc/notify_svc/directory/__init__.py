"""The directory as this service keeps it: who holds which post, so that a rung of a ladder has a person?"""
