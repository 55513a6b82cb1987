"""expert-svc: draws experts by lot so that anyone can check the draw."""
