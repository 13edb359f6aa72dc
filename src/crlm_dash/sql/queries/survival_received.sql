-- One row per state, time, entry and censoring code of one endpoint: a number of spells.
-- room: received
-- Treatment received as it changes with time: a subject counts as not received up to the day of local treatment, which
-- ends that spell without an event, and as received after it (Simon & Makuch, Stat Med 1984). The earliest entries are
-- put with the earliest exits, as in survival_counts: the same risk sets from as many rows as distinct times.
with observed as (
    select
        adtte.ENTRY,
        adtte.AVAL,
        adtte.CNSR,
        adtte.SWITCH,
    from population
    join adtte using (USUBJID)
    where adtte.PARAMCD = $endpoint and adtte.AVAL > adtte.ENTRY
),

spells as (
    select
        'not received' as strata,
        least(AVAL, coalesce(SWITCH, AVAL)) as time,
        ENTRY as entry,
        if(SWITCH < AVAL, 1, CNSR) as cnsr,
    from observed
    where coalesce(SWITCH, AVAL) > ENTRY
    union all
    select 'received' as strata, AVAL as time, greatest(ENTRY, SWITCH) as entry, CNSR as cnsr
    from observed
    where SWITCH < AVAL
),

entries as (
    select strata, entry, count(*) as n, sum(n) over (partition by strata order by entry) as upto
    from spells
    group by strata, entry
),

exits as (
    select strata, time, cnsr, count(*) as n, sum(n) over (partition by strata order by time, cnsr) as upto
    from spells
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
