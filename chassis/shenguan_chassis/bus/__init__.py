"""How do services hear each other? Through `bus.port`; `bus.connect.bus_from` alone knows which bus it is."""
