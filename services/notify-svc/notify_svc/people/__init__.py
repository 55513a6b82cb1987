"""人员: officers' names and numbers, here and nowhere else; whoever is told of a person is told a reference (R16)."""
