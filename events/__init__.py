"""The durable hand-off between rooms: `record` an event below, have it consumed above."""
