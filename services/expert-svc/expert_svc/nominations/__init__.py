"""推荐: windows, the departments' sub-lists and what confirms them."""
