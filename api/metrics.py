"""What is counted for Prometheus. Each process writes its own files; `/metrics` adds up those of its machine.

prometheus-client decides at its import where it counts, by `PROMETHEUS_MULTIPROC_DIR`; the settings set it before.
"""

from prometheus_client import CollectorRegistry, Counter, Histogram

from api import metric_files

# Around the promises: a feed in 10 and 50 ms, at most 200 ms; a database that is gone, 3 s; a storage, 10 s.
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 3.0, 10.0)
TASK_SECONDS = (0.01, 0.05, 0.2, 1.0, 5.0, 30.0, 120.0, 600.0)
metric_files.install()
_registry = CollectorRegistry()  # only so that nothing is registered twice; what is read are the files

REQUESTS = Counter("pystagram_http_requests", "Requests answered.", ["method", "route", "status"], registry=_registry)
REQUEST_SECONDS = Histogram(
    "pystagram_http_request_seconds", "Time to answer a request.", ["route"], buckets=SECONDS, registry=_registry
)
REFUSED = Counter(
    "pystagram_requests_refused", "Requests refused for how they came or for too much at once, by code.", ["code"],
    registry=_registry,
)  # fmt: skip
CONNECTIONS_ENDED = Counter(
    "pystagram_connections_ended", "Connections ended for what their client did not take or ask.", registry=_registry
)
FEED_READS = Counter("pystagram_feed_reads", "Pages of feeds, by where they came from.", ["source"], registry=_registry)
FAN_OUTS = Counter(
    "pystagram_fan_outs", "Posts on their way to followers: pushed, or left to be pulled.", ["way"], registry=_registry
)
TASKS = Counter(
    "pystagram_tasks", "Deliveries of the outbox worked on: done, failed, waiting or outage.", ["task", "outcome"],
    registry=_registry,
)  # fmt: skip
TASK_TIME = Histogram(
    "pystagram_task_seconds", "Time a delivery took.", ["task"], buckets=TASK_SECONDS, registry=_registry
)
NOTIFICATIONS = Counter(
    "pystagram_notifications", "Causes of notifications written down.", ["kind"], registry=_registry
)
MEDIA_FAILED = Counter(
    "pystagram_media_failed", "Media whose processing ended in failure, by code.", ["code"], registry=_registry
)
FEEDS_AUDITED = Counter("pystagram_feeds_audited", "Feeds compared with PostgreSQL.", registry=_registry)
FEED_DIFFERENCES = Counter(
    "pystagram_feed_differences", "Entries by which audited feeds differed: missing, extra or forbidden.", ["kind"],
    registry=_registry,
)  # fmt: skip
