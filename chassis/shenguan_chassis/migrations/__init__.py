"""How does a service's database come to its newest shape? By `shenguan migrate`, a step of its own before the start."""
