"""The durable hand-off between rooms: `record` a fact below, have it consumed above."""
