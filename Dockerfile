# The image of every process of pystagram: API, workers, relay, scheduler, commands. The embedded servers are not in it.
FROM python:3.13-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /venv
COPY requirements.lock /tmp/
RUN /venv/bin/pip install --require-hashes -r /tmp/requirements.lock

FROM python:3.13-slim AS pystagram
# ffmpeg is the system's: it gets the distribution's security updates, a wheel's does not.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ffmpeg \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /nonexistent pystagram \
    && install --directory --owner=pystagram /var/lib/pystagram /var/spool/pystagram
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PYSTAGRAM_VAR=/var/lib/pystagram \
    TMPDIR=/var/spool/pystagram
# Counted in each container for itself: process numbers repeat, and the state's volume is shared.
ENV PROMETHEUS_MULTIPROC_DIR=/tmp/pystagram-metrics
WORKDIR /app
COPY . .
# Compiled here, for its user may not write; static files are collected by the one-shot `migrate`.
RUN python -m compileall -q /app
USER pystagram
EXPOSE 8000
CMD ["python", "-m", "api.server", "--interface", "rsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", \
     "--respawn-failed-workers", "--no-ws", "--workers-max-rss", "1024", "--backlog", "4096", "--backpressure", "4096", \
     "--http1-buffer-size", "65536", "pystagram.rsgi:application"]

# `docker compose run --rm backup`: pg_dump must be as new as the server, and Debian's is older.
FROM pystagram AS backup
USER root
RUN apt-get update \
    && apt-get install --yes --no-install-recommends postgresql-common ca-certificates \
    && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
    && apt-get install --yes --no-install-recommends postgresql-client-18 \
    && rm -rf /var/lib/apt/lists/* \
    && install --directory --owner=pystagram /backup
USER pystagram

# Last, so that it is what a build without a target makes.
FROM pystagram
