"""监管台账: which department watches which licence."""
