"""通讯录: which offices there are and who holds which of their posts."""
