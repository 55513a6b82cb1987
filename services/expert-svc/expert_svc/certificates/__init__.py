"""证书: one file that proves one draw, and the one file that checks it."""
