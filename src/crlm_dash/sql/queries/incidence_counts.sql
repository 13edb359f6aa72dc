-- One row per group, time, entry and cause of one endpoint: a number of subjects.
-- room: outcomes
-- Cause 0 is censored. A subject is at risk in (ENTRY, AVAL]. The earliest entries stand with the earliest exits, which
-- leaves every risk set as it is: see survival_counts.
with observed as (
    select
        coalesce(population.STRATA, '(missing)') as strata,
        adtte.AVAL as time,
        coalesce(adtte.ENTRY, 0.0) as entry,
        adtte.CAUSE as event,
    from population
    join adtte using (USUBJID)
    where adtte.PARAMCD = $endpoint and adtte.AVAL > coalesce(adtte.ENTRY, 0.0)
),

entries as (
    select strata, entry, count(*) as n, sum(n) over (partition by strata order by entry) as upto
    from observed
    group by strata, entry
),

exits as (
    select strata, time, event, count(*) as n, sum(n) over (partition by strata order by time, event) as upto
    from observed
    group by strata, time, event
)

select
    strata,
    exits.time,
    entries.entry,
    exits.event,
    (least(entries.upto, exits.upto) - greatest(entries.upto - entries.n, exits.upto - exits.n))::bigint as n,
from entries
join exits using (strata)
where entries.upto > exits.upto - exits.n and exits.upto > entries.upto - entries.n
order by all
