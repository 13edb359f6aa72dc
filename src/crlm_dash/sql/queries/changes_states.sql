-- One row per state ('before', 'now'): screened subjects eligible by the data, and visits overdue, as each cut has it.
-- room: outcomes
-- NULL where no rule is evaluated, or no visit is on record.
with eligible as (
    select 'now' as state, count(*) filter (elsum.VERDICT = 'eligible') as eligible, count(elsum.VERDICT) as evaluated
    from population
    join elsum using (USUBJID)
    union all
    select 'before', count(*) filter (before_elsum.VERDICT = 'eligible'), count(before_elsum.VERDICT)
    from before_population
    join before_elsum using (USUBJID)
),

visits as (
    select
        'now' as state, count(*) as visits,
        count(*) filter (adsv.STATUS = 'missed' or adsv.STATUS = 'due' and adsv.WINDOW_HIGH < cast($cutoff as date)) as overdue,
    from population
    join adsl using (USUBJID)
    join adsv using (USUBJID)
    where adsl.ENRLFL = 'Y'
    union all
    select
        'before', count(*),
        count(*) filter (
            before_adsv.STATUS = 'missed'
            or before_adsv.STATUS = 'due' and before_adsv.WINDOW_HIGH < cast($cutoff_before as date)
        ),
    from before_population
    join before_adsl using (USUBJID)
    join before_adsv using (USUBJID)
    where before_adsl.ENRLFL = 'Y'
)

select state, if(evaluated = 0, null, eligible) as eligible, if(visits = 0, null, overdue) as overdue
from eligible
join visits using (state)
order by state
