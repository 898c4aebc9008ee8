"""Debian's PostgreSQL and Redis, started as compose.yaml says."""

import os

from tests.deploy import recipe
from tests.deploy.machine import Machine


def start_postgres(machine: Machine, service: dict) -> None:
    """What the image does at its first start: a cluster, a superuser, a database."""
    programs, data, env = (
        machine.programs["postgres"],
        machine.folder / "data",
        service["environment"],
    )
    password = machine.folder / "password"
    password.write_text(env["POSTGRES_PASSWORD"])
    machine.give_away(password)
    user = ["--username", env["POSTGRES_USER"], "--pwfile", str(password)]
    cluster = ["--encoding=UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256"]
    machine.finish([f"{programs}/initdb", "-D", str(data), *user, *cluster], {"PATH": os.defpath})

    name, *options = recipe.command_of(service)
    where = ["-D", str(data), "-p", str(machine.ports["postgres"])]
    where += ["-k", str(machine.folder), "-h", "127.0.0.1"]
    machine.start("postgres", [f"{programs}/{name}", *where, *options], {"PATH": os.defpath})


def make_database(machine: Machine, service: dict) -> None:
    """The database, and what stands in /docker-entrypoint-initdb.d."""
    env = {**service["environment"], "PATH": f"{machine.programs['postgres']}:{os.defpath}"}
    env |= {"PGHOST": "127.0.0.1", "PGPORT": str(machine.ports["postgres"])}
    env |= {"PGPASSWORD": env["POSTGRES_PASSWORD"]}
    machine.finish(["createdb", "--username", env["POSTGRES_USER"], env["POSTGRES_DB"]], env)
    scripts = [volume.split(":")[0] for volume in service["volumes"] if volume.startswith("./")]
    for script in scripts:
        machine.finish([script], env)


def start_redis(machine: Machine, service: dict) -> None:
    name, *options = recipe.command_of(service)
    where = ["--port", str(machine.ports["redis"]), "--bind", "127.0.0.1"]
    where += ["--dir", str(machine.folder)]
    program = f"{machine.programs['redis']}/{name}"
    machine.start("redis", [program, *options, *where], {"PATH": os.defpath})
