-- One row per subject and stretch of time in one state, from day 1 to death or last contact, in days since enrolment.
-- room: outcomes
-- A response holds from the scan that shows it to the next; progression holds to the end. Before the first scan after
-- baseline, and after a scan without a response, the state is not known.
with followed as (
    select
        USUBJID, coalesce(population.STRATA, '(missing)') as strata,
        date_diff('day', adsl.ENRLDT, coalesce(adsl.DTHDT, adsl.LSTALVDT, cast($cutoff as date))) + 1 as last_day,
        adsl.DTHFL = 'Y' or adsl.DTHDT is not null as died,
    from population
    join adsl using (USUBJID)
    where adsl.ENRLDT is not null
),

judged as (
    select USUBJID, ADY, if($assessed, OVRLRESP, OVRCALC) as response
    from adtrsum
    where APOBLFL = 'Y' and ADY > 0
),

shown as (
    select USUBJID, 1 as day, 'not known' as state from followed
    union all
    select
        USUBJID, ADY,
        case
            when bool_or(response = 'PD') over (partition by USUBJID order by ADY rows unbounded preceding) then 'PD'
            when response in ('CR', 'PR', 'SD') then response
            when response = 'NON-CR/NON-PD' then 'SD'
            else 'not known'
        end
    from judged
),

stretches as (
    select
        USUBJID, f.strata, f.died, f.last_day, s.state, s.day,
        least(coalesce(lead(s.day) over (partition by USUBJID order by s.day), f.last_day), f.last_day) as until,
        row_number() over (partition by USUBJID order by s.day desc) = 1 as is_last,
    from shown s
    join followed f using (USUBJID)
    where s.day <= f.last_day
)

select
    USUBJID as subject, strata, state, day as start_day, until as end_day, last_day, coalesce(died, false) as died, is_last,
from stretches
order by last_day desc, subject, start_day
