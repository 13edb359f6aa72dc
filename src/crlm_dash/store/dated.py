"""Every dated record of a source in one view: what the timeline must show, or say why not."""

from __future__ import annotations

import duckdb

from crlm_dash.ingest.raw import quoted

# ADaM dataset → the SDTM domain whose records it holds again, and its date, topic and value.
_TWINS = {
    "adae": ("ae", "ASTDT", "AEDECOD", ""),
    "adlb": ("lb", "ADT", "PARAMCD", "AVAL"),
    "adrs": ("rs", "ADT", "PARAMCD", ""),
    "adtr": ("tr", "ADT", "PARAMCD", ""),
    "adqs": ("qs", "ADT", "PARAMCD", "AVAL"),
    "advs": ("vs", "ADT", "PARAMCD", ""),
    "adcm": ("cm", "ASTDT", "CMDECOD", ""),
}
# Whether the record is a value that the timeline could show; where an ADaM dataset was delivered, that is read instead.
_NUMBERS = {
    "lb": """coalesce(LBSTRESN, try_cast(LBORRES as double)) is not null and LBSTAT is null
        and not exists (select 1 from staging.adlb)""",
    "qs": """coalesce(QSSTRESN, try_cast(QSSTRESC as double)) is not null and QSSTAT is null
        and not exists (select 1 from staging.adqs)""",
}
_SEQUENCES = {"adae": ("AESEQ",), "adrs": ("RSSEQ", "ASEQ")}


def declare_dated_records(con: duckdb.DuckDBPyConnection) -> None:
    """
    Make the view `dated_records`: of each DOMAIN, USUBJID, SEQ, DT, TOPIC, KIND, DONE, HAS_NUMBER, VISITNUM.

    Parameters
    ----------
    con : connection with schema `staging` filled and the macros of dates declared
    """
    columns = _columns(con)
    parts = [_domain(name, held) for name, held in columns.items() if _is_domain(name, held)]
    parts += [_twin(name, columns[name], *twin) for name, twin in _TWINS.items() if name in columns]
    con.execute(
        "create or replace temp view dated_records as select * from ("
        + " union all by name ".join(parts)
        + ") where DT is not null"
    )


def _columns(con: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    rows = con.execute(
        """select table_name, column_name from duckdb_columns()
        where schema_name = 'staging' and database_name = current_database() order by table_name"""
    ).fetchall()
    held: dict[str, set[str]] = {}
    for table, column in rows:
        held.setdefault(table, set()).add(column)
    return held


def _is_domain(name: str, held: set[str]) -> bool:
    letters = name.upper()
    is_dated = bool({f"{letters}DTC", f"{letters}STDTC"} & held)
    return "USUBJID" in held and is_dated and name not in ("dm", "co", *_TWINS)


def _domain(name: str, held: set[str]) -> str:
    letters = name.upper()

    def column(*names: str) -> str:
        return _first_of(*(letters + each for each in names), held=held)

    topic, number = column("TESTCD", "DECOD", "TRT"), _NUMBERS.get(name, "false")
    if name == "lb":
        topic = "LBTESTCD || specimen(LBSPEC, LBCAT)"
    return f"""select '{letters}' as DOMAIN, USUBJID, cast({column("SEQ")} as double) as SEQ,
        first_day(cast({column("STDTC", "DTC")} as varchar)) as DT, cast({topic} as varchar) as TOPIC,
        upper(cast({column("DECOD", "TERM")} as varchar)) as KIND,
        if({column("STAT")} is not null or {column("OCCUR")} = 'N', 'N', 'Y') as DONE, {number} as HAS_NUMBER,
        cast({_first_of("VISITNUM", held=held)} as double) as VISITNUM from staging.{quoted(name)}"""


def _twin(name: str, held: set[str], domain: str, date: str, topic: str, value: str) -> str:
    number = f"{_first_of(value, held=held)} is not null" if value else "false"
    sequence = _first_of(*_SEQUENCES.get(name, ()), held=held)
    return f"""select '{name.upper()}' as DOMAIN, USUBJID, cast({sequence} as double) as SEQ,
        cast({_first_of(date, held=held)} as date) as DT, cast({_first_of(topic, held=held)} as varchar) as TOPIC,
        cast(null as varchar) as KIND, 'Y' as DONE, {number} as HAS_NUMBER, cast(null as double) as VISITNUM
        from staging.{quoted(name)} where not exists (select 1 from staging.{quoted(domain)})"""


def _first_of(*names: str, held: set[str]) -> str:
    """The first of these columns that has a value; NULL where the table has none of them."""
    return f"coalesce({', '.join([*(quoted(each) for each in names if each in held), 'null', 'null'])})"
