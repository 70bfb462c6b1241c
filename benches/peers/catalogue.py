"""Searches of words and facets over a market of fabrics in DuckDB.

Run `toile bench catalogue` first: it writes the market that is read here.

    pip install duckdb==2.0.0
    python benches/peers/catalogue.py out/bench-catalogue/market-1500000.csv

A search is the number of matches and the first twenty, as `toile fabric find` gives
them. Words are looked for in the same columns, as parts of a text: DuckDB's own full
text index cannot be combined with `all words must occur` and stay current.
"""

import sys
import tempfile
import time

import duckdb

SEARCHES = 100


def search(n, row):
    """Words, facets and ranges around a fabric, as in the bench of the crate."""
    name, made, weight, supplier, tags, colours, composition = row
    words = name.lower().split()
    kinds = [
        words[:-1],
        words[-2:-1],
        made.split(),
        made.split() + [colours.split(" ")[0]],
        supplier.lower().split() + made.split(),
        composition.lower().replace("%", "").split() + [tags.split("; ")[1].lower()],
    ]
    words = kinds[n % 6]
    where = ["contains(words, ?)" for _ in words]
    values = list(words)
    if n % 5:
        where.append("weight between ? and ?")
        values += [weight * 0.75, weight * 1.25]
    if n % 3 == 0:
        where.append("construction = ?")
        values.append(made)
    if n % 4 == 0:
        where.append("price <= 12")
    return " and ".join(where), values


def main(table):
    with tempfile.TemporaryDirectory() as folder:
        db = duckdb.connect(f"{folder}/market.duckdb")
        start = time.time()
        db.execute(
            """create table fabric as select *,
               lower(concat_ws(' ', name, composition, construction, supplier, colours, tags, yarn)) as words,
               "weight (g/m2)"::double as weight, "price (/m)"::double as price
               from read_csv(?, all_varchar = true)""",
            [table],
        )
        db.execute("checkpoint")
        print(f"load {time.time() - start:.0f} s")
        rows = db.execute(
            """select name, construction, weight, supplier, tags, colours, composition
               from fabric using sample reservoir(100 rows) repeatable (1)"""
        ).fetchall()
        times = []
        for n, row in enumerate(rows[:SEARCHES]):
            where, values = search(n, row)
            start = time.time()
            db.execute(f"select count(*) from fabric where {where}", values).fetchall()
            db.execute(f"select id, name from fabric where {where} limit 20", values).fetchall()
            times.append((time.time() - start) * 1e3)
        times.sort()
        for share in (0.5, 0.95, 0.99):
            print(f"p{share * 100:.0f} {times[int(len(times) * share) - 1]:.0f} ms")


if __name__ == "__main__":
    main(sys.argv[1])
