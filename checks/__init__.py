"""Small scripts that hold what the house promises: arrows, grammar, contracts, machines. `make check` runs them all."""
