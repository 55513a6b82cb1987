"""Who may ask, and how do we know who asks?"""
