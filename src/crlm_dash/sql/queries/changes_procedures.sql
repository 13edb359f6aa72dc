-- One row per number of days and state ('before', 'revised', 'now'): patients who died so soon after a local procedure.
-- room: procedures
with given as (
    select 'now' as state, USUBJID, DTHDAYS, ASTDT + DTHDAYS as DIED from population join adproc using (USUBJID)
    union all
    select 'before', USUBJID, DTHDAYS, ASTDT + DTHDAYS from before_population join before_adproc using (USUBJID)
),

states as (
    from given
    union all
    select 'revised', USUBJID, DTHDAYS, DIED from given where state = 'now' and DIED <= cast($cutoff_before as date)
)

select counted.days::integer as days, known.state, count(distinct states.USUBJID) as n_died
from (select unnest($days::integer[]) as days) counted
cross join (select unnest(['before', 'revised', 'now']) as state) known
left join states on states.state = known.state and states.DTHDAYS between 0 and counted.days
group by all
order by all
