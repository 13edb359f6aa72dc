-- One row per group, time, entry and censoring code of one endpoint, as it was known on one day: a number of subjects.
-- room: outcomes
-- Follow-up is cut on the day $until: what lies beyond is taken off, and an event beyond is not known yet; who entered
-- later was not there. A record without a date counts on the day of the cut-off only. The earliest entries are put with
-- the earliest exits, as in survival_counts: the same risk sets from as many rows as distinct times.
with recorded as (
    select
        coalesce(population.STRATA, '(missing)') as strata,
        round(adtte.AVAL - greatest(date_diff('day', cast($until as date), adtte.ADT), 0) / $days_per_unit, 9) as time,
        round(coalesce(adtte.ENTRY, 0.0), 9) as entry,
        if(adtte.ADT > cast($until as date), 1, adtte.CNSR) as cnsr,
    from population
    join adtte using (USUBJID)
    where adtte.PARAMCD = $endpoint and (adtte.ADT is not null or cast($until as date) >= cast($cutoff as date))
),

observed as (
    select * from recorded where time > entry
),

entries as (
    select strata, entry, count(*) as n, sum(n) over (partition by strata order by entry) as upto
    from observed
    group by strata, entry
),

exits as (
    select strata, time, cnsr, count(*) as n, sum(n) over (partition by strata order by time, cnsr) as upto
    from observed
    group by strata, time, cnsr
)

select
    strata,
    exits.time,
    entries.entry,
    exits.cnsr,
    (least(entries.upto, exits.upto) - greatest(entries.upto - entries.n, exits.upto - exits.n))::bigint as n,
from entries
join exits using (strata)
where entries.upto > exits.upto - exits.n and exits.upto > entries.upto - entries.n
order by all
