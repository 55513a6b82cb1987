"""What do tests need that is not the code under test? A PostgreSQL, a Kafka, and databases made in milliseconds."""
