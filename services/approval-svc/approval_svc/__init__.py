"""approval-svc: the bureau grants, and says so."""
