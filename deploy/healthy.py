"""Is the service in this container ready? Exit code 0 if its /readyz says so; the standard library is enough to ask."""

import sys
from http.client import HTTPConnection, HTTPException

_PORT, _PATIENCE = 8000, 4

try:
    door = HTTPConnection("127.0.0.1", _PORT, timeout=_PATIENCE)
    door.request("GET", "/readyz")
    answer = door.getresponse()
    sys.stdout.write(answer.read().decode())
    sys.exit(answer.status != 200)
except (OSError, HTTPException) as error:
    sys.exit(f"no answer: {type(error).__name__}")
