"""What a protocol's sources say of each subject: the value, and the record it was read from.

Sources of one domain are read together: each is a set of filtered aggregates, one row per subject.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

import duckdb

from crlm_dash.ingest.raw import literal, quoted
from crlm_dash.protocol import DATE_COLUMN, TEST_COLUMN, ULN_RATIO, Source

Factors = Mapping[tuple[str, str], list[tuple[str | None, float]]]

# A record's place in time is one number, its day (since 0001-01-01) and its --SEQ: it orders the records, and carries
# date and --SEQ of the one chosen. An undated record comes before the dated ones for "last", after them for "first".
_BASE = 1_000_000_000
_UNDATED_LAST = 4_000_000
_UNNUMBERED = 500_000_000  # a record without --SEQ is placed by its row in the file, after the numbered ones
_BATCH = 6
_LATEST, _EARLIEST = '"_LATEST"', '"_EARLIEST"'


@dataclass(frozen=True)
class Reading:
    """
    A source that was read: `table` has SUBJKEY and, after `name`, the value; `name__DT` and `name__SEQ` of the record
    used; `name__LOST`, whether the value was lost because its unit (or its upper limit) is not known.
    """

    table: str
    type: str


def read_sources(con: duckdb.DuckDBPyConnection, sources: Mapping[str, Source], prefix: str) -> dict[str, Reading]:
    """
    Read sources into temporary tables, a few of one domain in each.

    Parameters
    ----------
    con : connection with `staging`, `adsl`, `origins` and `units`
    sources : by the name their columns shall have
    prefix : of the tables' names

    Returns
    -------
    Where each source's columns are, and the type of its value. A subject without any record has no row there.
    """
    found: dict[str, Reading] = {}
    for number, (domain, mine) in enumerate(_batches(sources)):
        relation = "main.adsl" if domain == "ADSL" else f"staging.{quoted(domain.lower())}"
        columns = {row[0]: row[1] for row in con.execute(f"describe {relation}").fetchall()}
        factors = _factors(con, relation, domain, mine, columns)
        table = f"{prefix}_{number}"
        con.execute(f"create or replace temp table {table} as {_Domain(domain, relation, columns, factors).sql(mine)}")
        types = {row[0]: row[1] for row in con.execute(f"describe {table}").fetchall()}
        found |= {name: Reading(table, types[name]) for name in mine}
    return found


def _batches(sources: Mapping[str, Source]) -> Iterator[tuple[str, dict[str, Source]]]:
    """
    Sources of one domain, a few at a time, those of one test together: an aggregate with a filter costs the more
    the more others stand beside it.
    """
    ordered = sorted(sources.items(), key=lambda item: (item[1].domain, item[1].test))
    for domain, mine in groupby(ordered, key=lambda item: item[1].domain):
        listed = list(mine)
        for first in range(0, len(listed), _BATCH):
            yield domain, dict(listed[first : first + _BATCH])


def _factors(
    con: duckdb.DuckDBPyConnection,
    relation: str,
    domain: str,
    sources: Mapping[str, Source],
    columns: Mapping[str, str],
) -> Factors:
    """Per test and unit wanted: each unit on record (None: not stated) that converts to it, and its factor."""
    unit, test = f"{domain}STRESU", TEST_COLUMN.get(domain, "")
    wanted = sorted({(s.test, s.unit) for s in sources.values() if _is_converted(s, columns)})
    if not wanted:
        return {}
    values = ", ".join(f"({literal(test)}, {literal(unit)})" for test, unit in wanted)
    # a laboratory result without a unit is a plain ratio; elsewhere the form itself asks in the unit of the protocol
    unstated = "''" if domain == "LB" else "unit_key(w.UNIT)"
    rows = con.execute(f"""
        with wanted as (select * from (values {values}) as listed(TEST, UNIT)),
        on_record as (
            select distinct upper({quoted(test)}) as TEST, {quoted(unit)} as FOUND
            from {relation} where upper({quoted(test)}) in (select upper(TEST) from wanted)
        )
        select w.TEST, w.UNIT, r.FOUND, any_value(coalesce(f.FACTOR / t.FACTOR, 1)) as FACTOR
        from wanted w
        join on_record r on r.TEST = upper(w.TEST)
        left join units t on t.UNIT = unit_key(w.UNIT) and t.TESTCD in ('', w.TEST)
        left join units f
            on f.UNIT = coalesce(unit_key(r.FOUND), {unstated}) and f.TESTCD in ('', w.TEST) and f.BASE = t.BASE
        where f.FACTOR is not null or coalesce(unit_key(r.FOUND), {unstated}) = unit_key(w.UNIT)
        group by all
        order by all""").fetchall()
    return {key: [(row[2], row[3]) for row in rows if (row[0], row[1]) == key] for key in wanted}


def _is_converted(source: Source, columns: Mapping[str, str]) -> bool:
    has_unit = source.unit not in ("", ULN_RATIO) and source.column == f"{source.domain}STRESN"
    return has_unit and source.column in columns and f"{source.domain}STRESU" in columns


class _Domain:
    """The SQL that reads the sources of one domain."""

    def __init__(self, domain: str, relation: str, columns: Mapping[str, str], factors: Factors) -> None:
        self.domain = domain
        self.relation = relation
        self.columns = columns
        self.factors = factors

    def sql(self, sources: Mapping[str, Source]) -> str:
        date, seq = DATE_COLUMN.get(self.domain, ""), f"{self.domain}SEQ"
        day = _day_sql(f"r.{quoted(date)}") if date in self.columns else "cast(null as date)"
        place = ", ".join(
            f"{more}r.{quoted(c)}" for c, more in ((seq, ""), ("_row", f"{_UNNUMBERED} + ")) if c in self.columns
        )
        test = f"upper(r.{quoted(TEST_COLUMN[self.domain])})" if self.domain in TEST_COLUMN else "null"
        tests = {source.test for source in sources.values()}
        asked = ", ".join(f"upper({literal(each)})" for each in sorted(tests))
        tested = f"{test} in ({asked})" if test != "null" and "" not in tests else "true"
        latest = _latest_day_sql(f"r.{quoted(date)}", day) if date in self.columns else "cast(null as date)"
        kept = "".join(f", r.{quoted(column)}" for column in self._used(sources))
        aggregates = ", ".join(f'{column} as "{name}"' for name, column in self._all_aggregates(sources))
        return f"""
            with dated as (
                select
                    o.SUBJKEY, least(coalesce(o.ENRLDT, o.FAILEDDT, cutoff()), cutoff()) as "_UNTIL",
                    coalesce(o.ENRLDT, o.FAILEDDT) as "_REFERENCE", {day} as "_DAY", {latest} as "_DAY_AT_MOST",
                    {test} as "_TEST",
                    least(cast(coalesce({place or "0"}, 0) as bigint), {_BASE - 1}) as "_PLACE"{kept}
                from {self.relation} r join origins o using (USUBJID)
                where {tested} and {self._answered()}
            ),
            records as (
                select
                    * , coalesce(datediff('day', date '0001-01-01', "_DAY"), 0) * {_BASE} + "_PLACE" as {_LATEST},
                    coalesce(datediff('day', date '0001-01-01', "_DAY"), {_UNDATED_LAST}) * {_BASE} + "_PLACE"
                        as {_EARLIEST}
                from dated
                where "_DAY" is null or "_DAY" <= "_UNTIL"
            )
            select SUBJKEY, {aggregates} from records group by SUBJKEY"""

    def _used(self, sources: Mapping[str, Source]) -> list[str]:
        named = [c for source in sources.values() for c in (source.column, *source.where, *source.unless)]
        named += [f"{self.domain}STNRHI", f"{self.domain}STRESU"]
        return [column for column in dict.fromkeys(named) if column in self.columns]

    def _all_aggregates(self, sources: Mapping[str, Source]) -> list[tuple[str, str]]:
        return [
            (f"{name}{suffix}", column)
            for name, source in sources.items()
            for suffix, column in zip(("", "__DT", "__SEQ", "__LOST"), self._aggregates(source), strict=True)
        ]

    def _aggregates(self, source: Source) -> tuple[str, str, str, str]:
        """Value, date, --SEQ and whether lost. A number that cannot be had in the unit wanted is carried as NaN."""
        asked, matching, value = self._asked(source), self._matching(source), self._value(source)
        used = f"filter (where {matching} and {value} is not null)"
        some = f"filter (where {asked})"
        latest = f"coalesce(max({_LATEST}) {used}, max({_LATEST}) {some})"
        is_number = self._can_be_lost(source)
        seq = True
        match source.take:
            case "last":
                taken, place = f"arg_max({value}, {_LATEST}) {used}", f"max({_LATEST}) {used}"
            case "first":
                taken, place = f"arg_min({value}, {_EARLIEST}) {used}", f"min({_EARLIEST}) {used}"
            case "min" | "max" as extreme:
                taken = f"{extreme}({value}) {used}"
                if is_number:  # NaN is the largest number: one lost value loses the extreme
                    taken = f"if(isnan(max({value}) {used}), cast('nan' as double), {taken})"
                pick = "arg_max" if extreme == "max" else "arg_min"
                tie = _LATEST if extreme == "max" else f"-{_LATEST}"
                place = f"{pick}({_LATEST}, row({value}, {tie})) {used}"
            case "count":
                taken = f"if(count(*) {some} > 0, cast(count(distinct {value}) {used} as double), null)"
                place, seq, is_number = latest, False, False
            case "any":
                maybe = f"bool_or({self._matching(source, '_DAY_AT_MOST')}) {some}"
                taken = f"case when bool_or({matching}) {some} then 'Y' when {maybe} then null"
                taken += f" when count(*) {some} > 0 then 'N' end"
                place = f"coalesce(max({_LATEST}) filter (where {matching}), max({_LATEST}) {some})"
                is_number = False
            case "single":
                n = f"count(distinct {value}) {used}"
                one = f"min(cast({value} as varchar)) {used}"
                taken = (
                    f"if(count(*) {some} > 0, case {n} when 0 then 'NONE' when 1 then {one} else 'MULTIPLE' end, null)"
                )
                place, seq, is_number = latest, False, False
        known = f"if(isnan({taken}), null, {taken})" if is_number else taken
        lost = f"coalesce(isnan({taken}), false)" if is_number else "false"
        number = _seq_sql(place) if seq else "cast(null as integer)"
        return known, _date_sql(place), number, lost

    def _asked(self, source: Source) -> str:
        """The records of the source's test. A window narrows what `last` … may take, but a history was asked for."""
        parts = [f'"_TEST" = upper({literal(source.test)})'] if source.test and self.domain in TEST_COLUMN else []
        if source.window_days is not None and source.take not in ("any", "count"):
            parts.append(self._within(source.window_days))
        return " and ".join(parts) or "true"

    def _answered(self) -> str:
        """Not done, or asked for without an answer, is no record; what was not asked for is there because it was."""
        stat, presp, occur = (f"{self.domain}{each}" for each in ("STAT", "PRESP", "OCCUR"))
        parts = [f"coalesce(upper(r.{quoted(stat)}), '') <> 'NOT DONE'"] if stat in self.columns else []
        if presp in self.columns and occur in self.columns:
            parts.append(f"(r.{quoted(occur)} is not null or coalesce(upper(r.{quoted(presp)}), '') <> 'Y')")
        return " and ".join(parts) or "true"

    def _within(self, days: int, day: str = "_DAY") -> str:
        return f'("{day}" is null or "_REFERENCE" is null or "{day}" >= "_REFERENCE" - {days})'

    def _matching(self, source: Source, day: str = "_DAY") -> str:
        parts = [self._asked(source)]
        if source.window_days is not None and source.take in ("any", "count"):
            parts.append(self._within(source.window_days, day))
        parts += [self._in(column, values) for column, values in source.where.items()]
        parts += [f"not {self._in(column, values)}" for column, values in source.unless.items()]
        return " and ".join(parts)

    def _in(self, column: str, values: tuple[str, ...]) -> str:
        if column not in self.columns or not values:
            return "false"
        listed = ", ".join(f"upper({literal(value)})" for value in values)
        return f"coalesce(upper(cast({quoted(column)} as varchar)) in ({listed}), false)"

    def _can_be_lost(self, source: Source) -> bool:
        return source.column in self.columns and (source.unit == ULN_RATIO or _is_converted(source, self.columns))

    def _value(self, source: Source) -> str:
        if source.column not in self.columns:
            return "cast(null as varchar)"
        value = quoted(source.column)
        if source.unit == ULN_RATIO:
            limit = f"{self.domain}STNRHI"
            ratio = f"{value} / nullif({quoted(limit)}, 0)" if limit in self.columns else "null"
        elif _is_converted(source, self.columns):
            ratio = f"{value} * {self._factor(source)}"
        else:
            return value
        return f"if({value} is null, null, coalesce({ratio}, cast('nan' as double)))"

    def _factor(self, source: Source) -> str:
        unit = quoted(f"{self.domain}STRESU")
        cases = [
            f"when {unit} is null then {factor!r}"
            if found is None
            else f"when {unit} = {literal(found)} then {factor!r}"
            for found, factor in self.factors[source.test, source.unit]
        ]
        return f"cast(case {' '.join(cases)} end as double)" if cases else "cast(null as double)"


def _day_sql(dtc: str) -> str:
    """`first_day`, without looking for patterns in what plainly is a day: most dates are."""
    return f"if(length({dtc}) = 10, coalesce(try_cast({dtc} as date), first_day({dtc})), first_day({dtc}))"


def _latest_day_sql(dtc: str, day: str) -> str:
    """The last day that a partial date can mean: of its month, of its year."""
    month_or_year = f"case length(trim({dtc})) when 4 then {day} + interval 1 year - interval 1 day "
    return f"cast({month_or_year} when 7 then last_day({day}) else {day} end as date)"


def _date_sql(place: str) -> str:
    days = f"cast({place} // {_BASE} as integer)"
    return f"if({days} between 1 and {_UNDATED_LAST - 1}, date '0001-01-01' + {days}, null)"


def _seq_sql(place: str) -> str:
    number = f"cast({place} % {_BASE} as integer)"
    return f"if({number} between 1 and {_UNNUMBERED - 1}, {number}, null)"
