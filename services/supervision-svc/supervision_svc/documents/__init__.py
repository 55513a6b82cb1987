"""上级文件: what the departments receive from above and copy to the bureau."""
