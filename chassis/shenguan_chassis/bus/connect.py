"""Which bus does a URL name? Nothing above knows more of it than this."""

from shenguan_chassis.bus.embedded import EmbeddedBus
from shenguan_chassis.bus.kafka import KafkaBus
from shenguan_chassis.bus.kafka_settings import KafkaSettings
from shenguan_chassis.bus.port import Bus


def bus_from(url: str, kafka: KafkaSettings | None = None) -> Bus:
    """Make the bus of `kafka://host:port,host:port` or of `postgresql://…`; it is not opened yet.

    `kafka` says how to sign on to a Kafka that asks for it. Raises `ValueError` for any other URL.
    """
    scheme, _, rest = url.partition("://")
    if scheme == "kafka" and rest:
        return KafkaBus(rest.rstrip("/"), kafka or KafkaSettings())
    if scheme in ("postgresql", "postgres"):
        return EmbeddedBus(url)
    # What stands behind the scheme may hold a password, and without a scheme it may be all of it.
    found = f"{scheme}://…" if rest else "…"
    raise ValueError(f"消息总线地址无法识别（应为 kafka://… 或 postgresql://…）：{found}")
