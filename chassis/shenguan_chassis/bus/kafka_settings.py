"""How does one sign on to a Kafka, and how patient is one with it?"""

import ssl
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class KafkaSettings:
    """What a cluster asks for beside its addresses; the default fits one without passwords in a closed network.

    `ca_file` and `certificate` are PEM files. Times are in seconds: an unanswered publish is `NotSent` after
    `answer_within`, a silent member loses its partitions after `session`.
    """

    security: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: str | None = None
    certificate: str | None = None
    certificate_key: str | None = field(default=None, repr=False)
    answer_within: float = 10.0
    session: float = 10.0

    def client_options(self) -> dict[str, Any]:
        """The keyword arguments that every aiokafka client takes."""
        options: dict[str, Any] = {
            "security_protocol": self.security,
            "request_timeout_ms": int(self.answer_within * 1000),
            "metadata_max_age_ms": 30_000,
            "retry_backoff_ms": 250,
        }
        if self.security.endswith("SSL"):
            options["ssl_context"] = self._tls()
        if self.security.startswith("SASL"):
            options |= {
                "sasl_mechanism": self.mechanism,
                "sasl_plain_username": self.username,
                "sasl_plain_password": self.password,
            }
        return options

    def _tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self.ca_file)
        if self.certificate is not None:
            context.load_cert_chain(self.certificate, self.certificate_key)
        return context
