"""docker-compose.yml against the code: what it starts, sets and waits for is there. (No container is started here.)"""

import ast
import re
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from compose_spec import PyCompose
from django.conf import settings
from django.core.management import get_commands

from api.problems import CATALOGUE
from events.decorators import QUEUES
from pystagram.celery import app as celery_app
from pystagram.environment import ROOT, SETTINGS

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
IMAGES = {  # what is known of other people's images: their variables, and their programs
    "postgres": (
        {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD", "POSTGRES_INITDB_ARGS"},
        {"postgres", "pg_isready"},
    ),
    "valkey/valkey": (set[str](), {"valkey-server", "valkey-cli"}),
    "caddy": ({"PYSTAGRAM_URL", "S3_PUBLIC_URL"}, {"caddy", "wget"}),
    "chrislusf/seaweedfs": (set[str](), {"server", "wget"}),  # its entry point puts `weed` before
}
OF_THE_FILE = {"POSTGRES_PASSWORD", "PUBLISH_HTTP", "PUBLISH_HTTPS"}  # set in .env for this file alone


def words(command: str | list[str]) -> list[str]:
    return shlex.split(command) if isinstance(command, str) else command


def commands_of(service: dict[str, Any]) -> list[list[str]]:
    """What a service runs: its command (each part of a shell's) and its health check."""
    found = [words(service["command"])] if "command" in service else []
    test = service.get("healthcheck", {}).get("test", [])
    found += [test[1:]] if test[:1] == ["CMD"] else [words(part) for part in test[1:]]
    shell = [words(part) for line in found if line[:2] == ["sh", "-c"] for part in line[2].split("&&")]
    return [line for line in found if line[0] != "sh"] + shell


def queues_of(service: dict[str, Any]) -> list[str]:
    line = words(service.get("command", ""))
    return line[line.index("-Q") + 1].split(",") if "-Q" in line else []


def specified(text: str) -> Any:
    """The file as the Compose specification reads it, its variables at their defaults; ValueError for a wrong one."""
    plain = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)
    merged = yaml.safe_dump(yaml.safe_load(plain))
    known = merged.replace("on-failure:5", "on-failure")  # right, but the library has not heard of a number there
    return PyCompose.from_yaml(known).to_spec()


def test_the_file_meets_the_specification():
    text = (ROOT / "docker-compose.yml").read_text()
    assert set(specified(text).services) == set(SERVICES)
    for right, wrong in [("healthcheck:", "healthchek:"), ("retries: 3", "retries: often"), ("command:", "comand:")]:
        assert right in text
        with pytest.raises(ValueError):
            specified(text.replace(right, wrong))


@pytest.mark.parametrize("name", OURS)
def test_our_programs_are_there(name):
    for program, *arguments in commands_of(OURS[name]):
        assert (Path(sys.executable).parent / program).exists(), f"{name}: {program} comes with no requirement"
        if arguments[:1] == ["manage.py"]:
            assert arguments[1] in get_commands(), f"{name}: there is no command {arguments[1]}"
        if program == "celery":
            assert arguments[:2] == ["-A", "pystagram"]
        if "-c" in arguments:
            ast.parse(arguments[arguments.index("-c") + 1])


@pytest.mark.parametrize("name", sorted(SERVICES.keys() - OURS.keys()))
def test_other_images_are_known(name):
    image, _, tag = SERVICES[name]["image"].rpartition(":")
    variables, programs = IMAGES[image]
    assert tag != "latest"
    assert set(SERVICES[name].get("environment", {})) <= variables
    assert {line[0] for line in commands_of(SERVICES[name])} <= programs
    assert "healthcheck" in SERVICES[name]


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_confined_and_bounded(name):
    service = SERVICES[name]
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert {"mem_limit", "pids_limit"} <= service.keys()
    assert set(service["logging"]["options"]) == {"max-size", "max-file"}
    assert not service.get("privileged")
    assert name not in OURS or "cap_add" not in service, "the image's user is not root"


def test_every_queue_has_one_worker():
    celery_app.loader.import_default_modules()
    served = [queue for service in OURS.values() for queue in queues_of(service)]
    assert sorted(served) == sorted({*QUEUES.values(), settings.CELERY_TASK_DEFAULT_QUEUE})


@pytest.mark.parametrize("name", OURS)
def test_every_variable_is_a_setting(name):
    unknown = set(OURS[name]["environment"]) - set(SETTINGS)
    assert not unknown, f"{name} sets {unknown}, which pystagram does not read"


def test_the_example_sets_what_the_file_reads():
    text = (ROOT / "docker-compose.yml").read_text()
    read = set(re.findall(r"\$\{(\w+)", text))
    example = set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert example == read
    assert read - OF_THE_FILE <= set(SETTINGS)


def test_the_example_has_the_defaults_of_the_file():
    text = (ROOT / "docker-compose.yml").read_text()
    example = dict(re.findall(r"^(\w+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE))
    for name, default in re.findall(r"\$\{(\w+):-([^}]*)\}", text):
        assert example[name] == default, f"{name} is {default!r} in the file and {example[name]!r} in the example"


def test_what_is_waited_for_can_come():
    for name, service in SERVICES.items():
        for other, how in service.get("depends_on", {}).items():
            assert other in SERVICES, f"{name} waits for {other}"
            if how["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[other], f"{name} waits for the health of {other}, which has no check"
            else:
                assert SERVICES[other]["restart"] != "unless-stopped", f"{name} waits for the end of {other}"


def test_volumes_are_declared_and_only_the_proxy_is_published():
    used = {volume.partition(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    assert used == set(COMPOSE["volumes"])
    assert [name for name, service in SERVICES.items() if service.get("ports")] == ["proxy"]
    for port in SERVICES["proxy"]["ports"]:
        assert re.match(r"\$\{\w+:-127\.0\.0\.1:", port), "the trial's passwords are known to everybody"


def test_configs_are_declared_and_there():
    used = {one["source"] for service in SERVICES.values() for one in service.get("configs", [])}
    assert used == set(COMPOSE["configs"])
    files = [one["file"] for one in COMPOSE["configs"].values() if "file" in one]
    assert files
    assert all((ROOT / file).is_file() for file in files)


def test_the_proxy_says_what_the_catalogue_says():
    rows = re.findall(r'^\t+(?:\d+|default) (\w+) "(.+)" (\d+)$', (ROOT / "deploy/Caddyfile").read_text(), re.MULTILINE)
    assert {code for code, _, _ in rows} >= {"not_found", "too_large", "busy"}
    for code, title, status in rows:
        assert CATALOGUE[code] == (int(status), title)


def test_targets_of_the_image_are_there():
    stages = re.findall(r"^FROM \S+ AS (\w+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    targets = {service["build"]["target"] for service in OURS.values() if isinstance(service["build"], dict)}
    assert targets == {"backup"}
    assert targets < set(stages)


def test_the_broker_does_not_evict_and_the_cache_may():
    assert "noeviction" in words(SERVICES["broker"]["command"])
    assert "volatile-lru" in words(SERVICES["redis"]["command"])


def test_the_image_has_no_embedded_servers_and_no_root():
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    installed = [line for line in lines if "pip install" in line]
    assert installed == ["RUN /venv/bin/pip install --require-hashes -r /tmp/requirements.lock"]
    assert "-r" not in (ROOT / "requirements.txt").read_text().split()
    assert [line for line in lines if line.startswith("USER ")][-1] == "USER pystagram"
    assert lines[-1] == "FROM pystagram"
