"""What does the machinery cost? Each figure is measured beside a bare hand-written baseline of the same run."""
