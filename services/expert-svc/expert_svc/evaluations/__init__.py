"""评价: how the members of a panel served, by two persons of one office; marks never leave this service."""
