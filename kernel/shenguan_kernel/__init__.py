"""Domain notions that more than one service shares: identifiers, roles, working days, policy documents."""
