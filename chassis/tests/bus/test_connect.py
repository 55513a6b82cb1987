"""Which bus a URL names, and how one signs on to a Kafka that asks for it."""

import ssl

import pytest

from shenguan_chassis.bus.connect import bus_from
from shenguan_chassis.bus.embedded import EmbeddedBus
from shenguan_chassis.bus.kafka import KafkaBus
from shenguan_chassis.bus.kafka_settings import KafkaSettings


def test_a_url_names_its_bus() -> None:
    assert isinstance(bus_from("kafka://one:9092,two:9092"), KafkaBus)
    assert isinstance(bus_from("postgresql://bus@localhost/bus"), EmbeddedBus)


@pytest.mark.parametrize("url", ["redis://u:s3cret@host", "host:9092", "kafka://", "u:s3cret@host", ""])
def test_any_other_url_is_refused_without_repeating_its_secrets(url: str) -> None:
    with pytest.raises(ValueError, match="消息总线地址无法识别") as refused:
        bus_from(url)

    assert "s3cret" not in str(refused.value)


def test_a_password_is_never_shown() -> None:
    settings = KafkaSettings(security="SASL_SSL", username="shenguan", password="s3cret")

    options = settings.client_options()

    assert "s3cret" not in repr(settings)
    assert options["sasl_plain_password"] == "s3cret"
    assert options["ssl_context"].verify_mode is ssl.CERT_REQUIRED
    assert options["ssl_context"].check_hostname


def test_a_plain_network_needs_no_sign_on() -> None:
    options = KafkaSettings().client_options()

    assert options["security_protocol"] == "PLAINTEXT"
    assert not {"ssl_context", "sasl_mechanism"} & options.keys()
