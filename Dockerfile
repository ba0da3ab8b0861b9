# Holdfast in a container: it writes to /data and to nothing else, so its root may be read-only.
# docs/running/packing.md says how to run it; tests/packing holds this file to its promises.

FROM python:3.11.14-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/holdfast
WORKDIR /build
# What it runs on comes first: it changes less often than Holdfast itself.
COPY requirements.lock ./
RUN sed '/^# Only for development/,$d' requirements.lock > run.lock \
    && /opt/holdfast/bin/python -m pip install --require-hashes --only-binary :all: --requirement run.lock
COPY pyproject.toml ./
COPY bot ./bot
COPY scheduler ./scheduler
COPY storage ./storage
COPY migrations ./migrations
RUN /opt/holdfast/bin/python -m pip install --no-index --no-deps --no-build-isolation .

FROM python:3.11.14-slim-bookworm
LABEL org.opencontainers.image.title="Holdfast" \
      org.opencontainers.image.description="A chat bot that makes training stick." \
      org.opencontainers.image.version="0.1.0"
# pg_dump and pg_restore, for `holdfast db backup` and `restore` of PostgreSQL.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends postgresql-client-15 \
    && rm -rf /var/lib/apt/lists/*
# A fixed number, so that a volume keeps its owner from one image to the next.
RUN groupadd --gid 10001 holdfast \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin holdfast \
    && install --directory --owner=10001 --group=10001 --mode=0700 /data
COPY --from=build /opt/holdfast /opt/holdfast
ENV PATH=/opt/holdfast/bin:/usr/local/bin:/usr/bin:/bin \
    HOME=/tmp \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001:10001
WORKDIR /data
VOLUME ["/data"]
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as web; web.build_opener(web.ProxyHandler({})).open('http://127.0.0.1:' + os.environ.get('HOLDFAST_PORT', '8080') + '/ready', timeout=5)"]
ENTRYPOINT ["holdfast"]
CMD ["serve"]
