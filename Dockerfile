# The image of web, workers, beat and migrate; compose.yaml says how they are run, and
# docs/operations.md how to install them. Python is the version that the tests run with.
FROM python:3.11-slim-trixie AS build
WORKDIR /app
COPY . .
RUN ["python", "bin/lib/image.py"]

FROM python:3.11-slim-trixie
# pg_dump and pg_restore of the version that compose.yaml runs
RUN apt-get update && apt-get install --yes --no-install-recommends postgresql-client-17 \
    && rm -rf /var/lib/apt/lists/*
RUN ["useradd", "--system", "--no-create-home", "--uid", "999", "haina"]
RUN ["install", "--directory", "--owner=haina", "--mode=0700", "/var/lib/haina"]
WORKDIR /app
COPY --from=build /app /app
ENV PATH=/app/.venv/bin:/usr/local/bin:/usr/bin:/bin \
    HAINA_VAR=/var/lib/haina \
    PYTHONUNBUFFERED=1
USER haina
EXPOSE 8000
HEALTHCHECK CMD ["python", "docker/probe.py", "http://127.0.0.1:8000/healthz"]
CMD ["python", "-m", "gunicorn", "--config", "python:haina.gunicorn", "--bind", "0.0.0.0:8000", "haina.wsgi"]
