-- One row per group and cause: subjects of the population who died.
-- room: outcomes
select
    coalesce(STRATA, '(missing)') as strata,
    coalesce(DTHCAUS, '(cause not recorded)') as cause,
    count(*) as n,
from members
where DTHFL = 'Y' or DTHDT is not null
group by all
order by strata, n desc, cause
