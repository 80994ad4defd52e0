"""Durable hand-off between apps: an app records an event, and tasks of apps above it run once for each."""
