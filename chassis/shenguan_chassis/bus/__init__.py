"""How do services hear each other? Through `bus.port`; `bus_from` alone knows which bus it is."""
