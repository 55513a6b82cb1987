"""抽取统计: what the draws look like beside what was published of each, and when chance no longer explains it."""
