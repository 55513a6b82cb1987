"""提醒渠道 (contacts): how is an officer reached, and when may he be? Sealed here; others know a reference (R16)."""
