"""What is too much? The numbers that keep one caller from taking what belongs to all; each is a setting."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Limits(BaseSettings):
    """Limits of one process of a service. What goes beyond them is refused at once with a 4xx or 503 of its own."""

    model_config = SettingsConfigDict(env_prefix="SHENGUAN_", extra="ignore", env_ignore_empty=True)

    body_bytes: int = Field(default=1_048_576, ge=1_024, description="Largest body of a request")
    bulk_bytes: int = Field(default=33_554_432, ge=1_024, description="Largest body of JSON Lines")
    url_bytes: int = Field(default=8_192, ge=256, description="Longest path and query")
    headers: int = Field(default=100, ge=10, description="Most headers of a request")
    header_bytes: int = Field(default=32_768, ge=1_024, description="All headers of a request together")
    rate: float = Field(default=200, gt=0, description="Requests a second that one person or machine may go on with")
    burst: int = Field(default=1_000, ge=1, description="Requests that they may make at once before that")
    stranger_rate: float = Field(default=10, gt=0, description="The same for an address without a good token")
    stranger_burst: int = Field(default=100, ge=1, description="What such an address may ask at once")
    trusted_proxies: str = Field(default="", description="Whose X-Forwarded-For is believed: networks, by comma")
    in_flight: int = Field(default=500, ge=1, description="Requests in hand at once; beyond them 503")
    connections_open: int = Field(default=4_000, ge=10, description="Sockets open at once; beyond them 503")
    answer_seconds: float = Field(default=10, gt=0, description="An answer that has not begun by then is a 503")
    read_seconds: float = Field(default=10, gt=0, description="A request must have come by then, plus its bytes' time")
    read_rate: int = Field(default=16_384, ge=1, description="Bytes a second that are not called slow")
    pool_seconds: float = Field(default=2, gt=0, description="Wait for a free connection to the database")
    statement_seconds: float = Field(default=8, gt=0, description="A statement of a command or view gives up then")
    lock_seconds: float = Field(default=5, gt=0, description="It waits for a lock no longer")
    idle_seconds: float = Field(default=10, gt=0, description="A transaction in which nothing happens ends then")
