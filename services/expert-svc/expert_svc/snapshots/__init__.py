"""名单快照: among whom lots are drawn, frozen before any randomness is known."""
