"""What is remembered: PostgreSQL, its schema, its queries, and the one transaction of an event."""
