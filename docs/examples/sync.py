"""Copy a newsroom's claims into claims.pickle and keep them in step. Needs pandas, TRACKER_URL and TRACKER_TOKEN."""

import os
from pathlib import Path

import pandas as pd
import requests

BASE = os.environ["TRACKER_URL"].rstrip("/")
FILE = Path(os.environ.get("TRACKER_COPY", "claims.pickle"))
http = requests.Session()
http.headers["Authorization"] = "Bearer " + os.environ["TRACKER_TOKEN"]


def get(path):
    answer = http.get(BASE + path, timeout=30)
    answer.raise_for_status()
    return answer.json()


def rows(path):
    while path:
        page = get(path)
        yield from page["items"]
        path = page["next"]


if FILE.exists():
    claims = pd.read_pickle(FILE)
    entries = list(rows(f"/api/v1/events?limit=200&after={claims.attrs['seq']}"))
    changed = {int(entry["subject"][6:]) for entry in entries if (entry["subject"] or "").startswith("claim:")}
    fresh = [get(f"/api/v1/claims/{number}") for number in sorted(changed)]
    kept = claims[~claims["claim_id"].isin(changed)].to_dict("records")
    seq = entries[-1]["seq"] if entries else claims.attrs["seq"]
else:  # the head first: what changes while we copy is fetched again next time
    seq = get("/api/v1/events?limit=1")["head"]["seq"]
    kept, fresh, changed = [], list(rows("/api/v1/claims?limit=200")), set()
claims = pd.DataFrame(kept + fresh).sort_values("claim_id", ignore_index=True)
claims.attrs["seq"] = seq
claims.to_pickle(FILE)
print(f"{len(claims)} claims, {len(changed)} fetched again, up to entry {seq}")
