"""What does Shenguan do? The story that `shenguan demo` tells and checks, through the public HTTP doors only."""
