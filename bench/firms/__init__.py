"""What is listed and searched in (f)? A register of firms with invented names."""
