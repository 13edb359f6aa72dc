-- One row per group and days between two scans of a patient in turn; and one a group for its imaging visits (days NULL).
-- room: outcomes
-- n: intervals, or visits expected. A scan is a day with an assessment of response, whoever read it.
with scans as (
    select adrs.USUBJID, adrs.ADT
    from adrs
    where adrs.PARAMCD = 'OVRLRESP' and adrs.ADT is not null
    group by all
),

intervals as (
    select USUBJID, date_diff('day', lag(ADT) over (partition by USUBJID order by ADT), ADT) as interval_days
    from scans
),

visits as (
    select
        adsv.USUBJID,
        count(*) filter (adsv.STATUS in ('done', 'early', 'late', 'missed', 'overdue')) as expected,
        count(*) filter (adsv.STATUS = 'done') as in_window,
    from adsv
    where list_contains($imaging::double[], adsv.VISITNUM)
    group by adsv.USUBJID
)

select
    coalesce(population.STRATA, '(missing)') as strata,
    intervals.interval_days,
    count(*) as n,
    0 as n_in_window,
from population
join intervals using (USUBJID)
where intervals.interval_days is not null
group by all
union all
select coalesce(population.STRATA, '(missing)'), null, sum(visits.expected), sum(visits.in_window)
from population
join visits using (USUBJID)
group by all
order by all
