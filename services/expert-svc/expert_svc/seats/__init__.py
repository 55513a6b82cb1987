"""席位: who leaves a panel, who takes the seat, and when the panel's work is done."""
