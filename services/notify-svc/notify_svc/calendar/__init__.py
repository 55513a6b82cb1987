"""The working-day calendar: which days count, since which edition, and who says so?"""
