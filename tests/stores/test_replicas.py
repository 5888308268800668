"""Three replicas without state behind one nginx: the same dataset whoever answers, and nobody notices one that ends."""

import shutil
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from api.settings import ROOT
from tests.endpoint import ROWS, free_port, served, settings
from tests.stores.servers import started

CONFIG = """daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; worker_processes 1;
events {{ worker_connections 256; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  upstream atf {{ {servers} keepalive 16; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://atf; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host;
      proxy_next_upstream error timeout; add_header X-Replica $upstream_addr always;
    }}
  }}
}}
"""


def test_three_replicas_serve_one_dataset(tmp_path: Path) -> None:
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if not nginx:
        pytest.skip("there is no nginx on this machine (Debian: apt-get install nginx-light)")
    public = "https://data.example.org"
    with ExitStack() as stack:
        replicas = []
        for number in range(3):
            # Each has a build of its own, made from the same sources.
            chosen = settings(tmp_path / f"build{number}", public_url=public, log="none")
            replicas.append(stack.enter_context(served(chosen)))
        port = free_port()
        servers = "".join(f"server {url.removeprefix('http://')} max_fails=1;" for url, _ in replicas)
        config = tmp_path / "nginx.conf"
        config.write_text(CONFIG.format(folder=tmp_path, servers=servers, port=port), encoding="utf-8")
        front = f"http://127.0.0.1:{port}"
        stack.enter_context(started([nginx, "-c", str(config), "-p", str(tmp_path)], f"{front}/health", ROOT))
        client = stack.enter_context(httpx.Client(base_url=front, verify=False))
        seen: Counter[str] = Counter()
        hashes, tags, bodies = set(), set(), set()
        for number in range(60):
            if number == 40:
                replicas[0][1].terminate()
                replicas[0][1].wait(20)
            health = client.get("/health")
            answer = client.get("/sparql", params={"query": "SELECT ?s ?o { ?s ?p ?o } ORDER BY ?s ?o LIMIT 9"})
            assert (health.status_code, answer.status_code) == (200, 200)
            hashes.add((health.json()["dataset"], health.json()["quads"]))
            tags.add(answer.headers["etag"])
            bodies.add(answer.content)
            again = client.get(str(answer.url), headers={"If-None-Match": answer.headers["etag"]})
            seen.update(one.headers["x-replica"].split(", ")[-1] for one in (health, answer, again))
            assert again.status_code == 304, "another replica knows the tag as well"
        assert len(seen) == 3
        assert {number for _, number in hashes} == {ROWS + 6}
        assert (len(hashes), len(tags), len(bodies)) == (1, 1, 1)
