"""Announcements: is a year's arrangement of days off missing although it is due, and who is told of it?"""
