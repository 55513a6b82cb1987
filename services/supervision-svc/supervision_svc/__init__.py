"""supervision-svc: the departments watch every holder, and report back."""
