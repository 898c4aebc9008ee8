"""The folder that HAINA_CORPUS names, with its manifest: files from elsewhere."""

import csv
import os
from pathlib import Path

CORPUS = Path(os.environ.get("HAINA_CORPUS", "/nowhere"))
MANIFEST = CORPUS / "MANIFEST.tsv"


def entries():
    if not MANIFEST.exists():
        return []
    with MANIFEST.open(newline="") as manifest:
        return [(line["file"], line["expect"]) for line in csv.DictReader(manifest, delimiter="\t")]
