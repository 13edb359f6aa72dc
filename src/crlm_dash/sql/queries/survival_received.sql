-- One row per state, time, entry and censoring code of one endpoint: a number of spells.
-- room: received
-- Treatment received as it changes with time: a subject counts as not received up to the day of local treatment, which
-- ends that spell without an event, and as received after it (Simon & Makuch, Stat Med 1984).
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
)

select strata, time, entry, cnsr, count(*) as n
from spells
group by all
order by all
