"""How does a department's system read its feed from Kafka? As README.md shows it; any client in any language will do."""
# ruff: noqa
# fmt: off

import asyncio, json
from aiokafka import AIOKafkaConsumer

async def main():
    async with AIOKafkaConsumer("shenguan.feed.fire.v1", group_id="fire.systems", auto_offset_reset="earliest",
            bootstrap_servers="localhost:9092", security_protocol="SASL_PLAINTEXT", sasl_mechanism="SCRAM-SHA-512",
            sasl_plain_username="feed-fire", sasl_plain_password=open("secrets/kafka/feed-fire").read()) as feed:
        async for record in feed:
            event = json.loads(record.value)
            print(event["feedsequence"], event["type"], event["subject"], event["data"])

asyncio.run(main())
