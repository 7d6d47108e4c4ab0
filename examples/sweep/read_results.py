#!/usr/bin/env python3
"""Reads the results of `ampcore sweep --out` back: a Parquet file (with pyarrow) or a CSV (with nothing but Python).

    python3 examples/sweep/read_results.py results/results.parquet
    python3 examples/sweep/read_results.py results/results.csv

Prints which sweep it is of, every column with its unit, and the success in one life by what varied.
"""

import csv
import json
import sys
from collections import defaultdict
from pathlib import Path


def read_parquet(path):
    """(about, fields, rows): hashes and the like; name, type and unit of each column; a dict a run."""
    import pyarrow.parquet as parquet

    table = parquet.read_table(path)
    told = {key.decode(): value.decode() for key, value in table.schema.metadata.items()}
    about = {key.removeprefix("ampcore."): value for key, value in told.items() if key.startswith("ampcore.")}
    return about, json.loads(about.pop("columns")), table.to_pylist()


def read_csv(path):
    """The same of a CSV and the Table Schema beside it, which says what its columns are."""
    schema = json.loads(path.with_suffix(".schema.json").read_text())
    kinds = {"integer": int, "number": float, "boolean": lambda text: text == "true", "string": str}
    types = {field["name"]: kinds[field["type"]] for field in schema["fields"]}
    with path.open(newline="") as file:
        rows = [
            {name: None if text == "" else types[name](text) for name, text in row.items()}
            for row in csv.DictReader(file)
        ]
    return schema["ampcore"], schema["fields"], rows


def varied(fields):
    """Names of what varied: the columns between the scenario's hash and the first result."""
    return [field["name"] for field in fields if field.get("says", field.get("description")) == "what varied"]


def main(path):
    about, fields, rows = read_parquet(path) if path.suffix == ".parquet" else read_csv(path)
    print(f"{about['sweep']}: {len(rows)} runs by ampcore {about['ampcore']}, jobs {about['sweep_sha256'][:12]}")
    for field in fields:
        print(f"  {field['name']} ({field['type']}{', ' + field['unit'] if 'unit' in field else ''})")
    tries = defaultdict(lambda: [0, 0])
    for row in rows:
        if row.get("lives_tried") is not None:
            cell = tries[tuple(row[name] for name in varied(fields))]
            cell[0] += row["lives_succeeded"]
            cell[1] += row["lives_tried"]
    for values, (succeeded, tried) in tries.items():
        where = ", ".join(f"{name}={value:g}" if isinstance(value, float) else f"{name}={value}"
                          for name, value in zip(varied(fields), values))
        print(f"{where}: {succeeded} of {tried} lives")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
