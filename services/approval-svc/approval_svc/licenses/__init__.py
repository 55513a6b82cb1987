"""许可证: the register of what was granted and what became of it (R19, R27, ALL art. 70)."""
