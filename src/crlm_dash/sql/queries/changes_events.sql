-- One row per kind of change: adverse events of the population that the two cuts do not have alike.
-- room: outcomes
-- Of a subject who is no longer there the earlier cut tells whether he belonged to it. An event may have changed in
-- several ways. n_since: it began after the earlier cut-off; n_undated: nobody knows.
with people as (
    select USUBJID from population
    union
    select USUBJID from before_population where USUBJID not in (select USUBJID from adsl)
),

kinds as (
    select
        USUBJID, SINCE, coalesce(SERIOUS, SERIOUS_BEFORE) = 'Y' as SERIOUS, unnest(CHANGES) as change
    from changed_events
    join people using (USUBJID)
)

select
    change,
    count(*) as n_events,
    count(distinct USUBJID) as n_subjects,
    count(*) filter (SERIOUS) as n_serious,
    count(*) filter (SINCE) as n_since,
    count(*) filter (SINCE is null) as n_undated,
from kinds
group by change
order by change
