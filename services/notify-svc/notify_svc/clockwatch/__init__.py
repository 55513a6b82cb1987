"""The watch over the host's clock: a clock that jumped is not a reason to act."""
