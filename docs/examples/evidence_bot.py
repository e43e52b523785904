"""Add a source to a claim and log a check; try to sign, and be refused. Needs TRACKER_URL, TRACKER_TOKEN and a claim's number."""

import os
import sys

import requests

BASE = os.environ["TRACKER_URL"].rstrip("/") + "/api/v1/claims/" + sys.argv[1]
http = requests.Session()
http.headers["Authorization"] = "Bearer " + os.environ["TRACKER_TOKEN"]


def post(path, body, key, **headers):
    # The key is made of the work itself: run again, the script adds nothing twice.
    return http.post(BASE + path, json=body, headers={"Idempotency-Key": f"{key}-{sys.argv[1]}", **headers}, timeout=30)


source = {"title": "Port authority, press release", "stance": "supports", "url": "https://example.org/press/41"}
added = post("/evidence", source, "press-release-41")
added.raise_for_status()
print("evidence", added.json()["evidence_id"])

check = {"where_looked": "The port authority's site", "found": "Press release 41."}
post("/checks", check, "press-release-41-check").raise_for_status()

refused = post("/moves", {"move": "sign"}, "press-release-41-sign", **{"If-Match": added.headers["ETag"]})
print("signature", refused.status_code, refused.json()["title"])
