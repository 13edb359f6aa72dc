-- One row per criterion on record: wording, and how many of those screened met it as the sites recorded it.
-- room: counts
select
    adel.CRITERION as criterion,
    lower(min(adel.IECAT)) as type,
    any_value(criteria.TEXT) as text,
    count(*) filter (adel.RECORDED = 'met') as n_met,
from population
join adel using (USUBJID)
left join criteria on criteria.CRITERION = adel.CRITERION
group by adel.CRITERION
order by min(adel.ORD), adel.CRITERION
