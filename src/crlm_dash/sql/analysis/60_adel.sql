-- One row per screened subject and eligibility criterion: what the site recorded.
--
-- IE holds the criteria a subject did not meet: an inclusion answered 'N', an exclusion answered 'Y'. A subject who was
-- enrolled without such a record met the criterion; of any other subject without a record nothing is known.

create or replace table criteria as
with stated as (
    select CRITERION, IECAT, TEXT, ORD from planned_criteria
    union all
    select
        IETESTCD, upper(any_value(IECAT)), any_value(IETEST), row_number() over (order by min(_row), IETESTCD)
    from staging.ti
    where not exists (select 1 from planned_criteria)
    group by IETESTCD
)

select CRITERION, IECAT, TEXT, cast(ORD as integer) as ORD from stated order by ORD;

create or replace table adel as
with recorded as (
    select
        USUBJID, IETESTCD as CRITERION,
        bool_or(coalesce(IESTRESC, IEORRES) = if(upper(IECAT) = 'EXCLUSION', 'Y', 'N')) as UNMET,
        min(STDT) as RECDT
    from in_ie
    group by all
)

select
    a.SUBJKEY, a.USUBJID, c.CRITERION, c.IECAT, c.ORD,
    case
        when r.UNMET then 'not met'
        when r.UNMET is not null or a.ENRLFL = 'Y' then 'met'
    end as RECORDED,
    r.RECDT
from adsl a
cross join criteria c
left join recorded r using (USUBJID, CRITERION)
order by a.SUBJKEY, c.ORD;
