"""Explanations: why does an obligation end then? As JSON, as a sentence in Chinese, as a picture, as a calendar."""
