"""Obligations: who owes what to whom until when, and what became of it?"""
