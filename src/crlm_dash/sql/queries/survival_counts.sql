-- One row per group, time, entry, censoring code and cause of one endpoint: a number of subjects.
-- room: outcomes
-- A subject is at risk in (ENTRY, AVAL]; who is never at risk is counted in survival_denominators. Every estimate
-- depends on the risk sets only, that is on how many entered by a time and how many left by it, not on who left when
-- he had entered when. So the earliest entries are put with the earliest exits: the same risk sets, exactly, from as
-- many rows as there are distinct times (with delayed entry, a million subjects have as many pairs as subjects).
-- The pairing is proper: if every subject enters before leaving, so does the k-th to enter before the k-th to leave.
with observed as (
    select
        coalesce(population.STRATA, '(missing)') as strata,
        adtte.AVAL as time,
        coalesce(adtte.ENTRY, 0.0) as entry,
        adtte.CNSR as cnsr,
        adtte.CAUSE as cause,
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
    select
        strata, time, cnsr, cause, count(*) as n,
        sum(n) over (partition by strata order by time, cnsr, cause) as upto,
    from observed
    group by strata, time, cnsr, cause
)

select
    strata,
    exits.time,
    entries.entry,
    exits.cnsr,
    exits.cause,
    (least(entries.upto, exits.upto) - greatest(entries.upto - entries.n, exits.upto - exits.n))::bigint as n,
from entries
join exits using (strata)
where entries.upto > exits.upto - exits.n and exits.upto > entries.upto - entries.n
order by all
