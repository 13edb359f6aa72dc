-- One row per display, line of it and part (whom it counts: those enrolled …): a number of screened subjects.
-- room: totals
-- The lines of a display are everybody of its part, each once: from this the door works out what may be shown.
with known as (
    select
        adsl.*,
        coalesce(elsum.OUTCOME, if(adsl.ENRLFL = 'Y', 'enrolled', 'pending')) as outcome,
        coalesce(nullif(split_part(coalesce(elsum.REC_NOT_MET, ''), ' ', 1), ''), '(missing)') as reason,
        coalesce(adsl.SITEID, '(missing)') as site,
        coalesce(adaesum.N_SERIOUS_RECORDS, 0) > 0 as had_serious,
        coalesce(adsvsum.N_MISSED + adsvsum.N_OVERDUE, 0) > 0 as is_late,
    from adsl
    left join elsum using (USUBJID)
    left join adaesum using (USUBJID)
    left join adsvsum using (USUBJID)
),

enrolled as (
    select
        *,
        case
            when AGE is null then '(missing)'
            when AGE < 50 then 'under 50'
            when AGE < 60 then '50 to 59'
            when AGE < 70 then '60 to 69'
            when AGE < 80 then '70 to 79'
            else '80 and over'
        end as age_group,
        case
            when DTHFL = 'Y' or DTHDT is not null then 'died'
            when EOSSTT = 'COMPLETED' then 'completed'
            when EOSSTT = 'DISCONTINUED' or EOSDT is not null then 'left early'
            else 'in follow-up'
        end as status,
        if(ENRLDT is null, '(missing)', year(ENRLDT) || ' Q' || quarter(ENRLDT)) as quarter,
    from known
    where outcome = 'enrolled'
),

described as (
    select cast(columns(lambda name: list_contains($characteristics, name)) as varchar), count(*) as n_subjects
    from enrolled
    group by all
),

levels as (
    select characteristic, regexp_replace(coalesce(level, '(missing)'), '\.0$', '') as line, sum(n_subjects) as n
    from described
    unpivot include nulls (level for characteristic in (columns(* exclude (n_subjects))))
    group by all
),

counted as (
    select 'screening' as display, if(outcome = 'enrolled', outcome, 'not enrolled') as line, 'screened' as part,
        count(*) as n
    from known
    group by all
    union all
    select 'not enrolled', outcome, 'not enrolled', count(*) from known where outcome <> 'enrolled' group by all
    union all
    select 'reason', reason, 'failed', count(*) from known where outcome = 'failed' group by all
    union all
    select 'site', site, if(outcome = 'enrolled', outcome, 'not enrolled'), count(*) from known group by all
    union all
    select 'quarter', quarter, 'enrolled', count(*) from enrolled group by all
    union all
    select 'status', status, 'enrolled', count(*) from enrolled group by all
    union all
    select 'serious', if(had_serious, 'yes', 'no'), 'enrolled', count(*) from enrolled group by all
    union all
    select 'late', if(is_late, 'yes', 'no'), 'enrolled', count(*) from enrolled group by all
    union all
    select 'age', age_group, 'enrolled', count(*) from enrolled where $ages group by all
    union all
    select characteristic, line, 'enrolled', n from levels
)

select display, line, part, n::bigint as n
from counted
order by all
