"""How times stand in answers."""

TIME_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"  # ISO 8601, UTC, as DRF and all that answers without serializers write them
