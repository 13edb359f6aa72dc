-- One row per group, quarter of a year since enrolment and state: subjects who are in it from then on, less those who leave.
-- room: outcomes
-- The same stretches as in response_courses, counted where they begin (n) and end (n below zero), so that a running total
-- is who is in the state. Death has no end.
with followed as (
    select
        USUBJID, coalesce(population.STRATA, '(missing)') as strata,
        date_diff('day', adsl.ENRLDT, coalesce(adsl.DTHDT, adsl.LSTALVDT, cast($cutoff as date))) + 1 as last_day,
        adsl.DTHFL = 'Y' or adsl.DTHDT is not null as died,
    from population
    join adsl using (USUBJID)
    where adsl.ENRLDT is not null
),

shown as (
    select USUBJID, 1 as day, 'not known' as state from followed
    union all
    select
        USUBJID, ADY,
        case
            when bool_or(if($assessed, OVRLRESP, OVRCALC) = 'PD')
                over (partition by USUBJID order by ADY rows unbounded preceding) then 'PD'
            when if($assessed, OVRLRESP, OVRCALC) in ('CR', 'PR', 'SD') then if($assessed, OVRLRESP, OVRCALC)
            when if($assessed, OVRLRESP, OVRCALC) = 'NON-CR/NON-PD' then 'SD'
            else 'not known'
        end
    from adtrsum
    where APOBLFL = 'Y' and ADY > 0
),

stretches as (
    select
        f.strata, s.state, s.day,
        least(coalesce(lead(s.day) over (partition by USUBJID order by s.day), f.last_day), f.last_day) as until,
    from shown s
    join followed f using (USUBJID)
    where s.day <= f.last_day
),

moves as (
    select strata, state, day, 1 as move from stretches
    union all
    select strata, state, until, -1 from stretches
    union all
    select strata, 'died', last_day, 1 from followed where died
)

select
    strata, cast(ceil((day - 1) / 91.3125) as integer) * 3 as month, state, sum(move)::bigint as n,
from moves
group by all
order by all
