-- One row per kind of change ('new', 'removed'): local procedures that only one of the two cuts has.
-- room: procedures
-- A procedure is found again by patient, day and modality: one whose day was corrected counts as removed and as new.
with present as (
    select USUBJID, ASTDT, MODALITY, row_number() over (partition by USUBJID, ASTDT, MODALITY order by PROCNO) as NTH
    from population
    join adproc using (USUBJID)
),

earlier as (
    select USUBJID, ASTDT, MODALITY, row_number() over (partition by USUBJID, ASTDT, MODALITY order by PROCNO) as NTH
    from before_population
    join before_adproc using (USUBJID)
),

changed as (
    select 'new' as change, USUBJID, ASTDT from (from present except all from earlier)
    union all
    select 'removed', USUBJID, ASTDT from (from earlier except all from present)
)

select
    change,
    count(*) as n_procedures,
    count(distinct USUBJID) as n_subjects,
    count(*) filter (ASTDT > cast($cutoff_before as date)) as n_since,
from changed
group by change
order by change
