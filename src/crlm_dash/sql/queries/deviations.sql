-- One row per site, where a deviation is known from and its kind: how many, and of how many enrolled subjects.
-- room: counts
-- eligibility: found when the cut was built (eldev); recorded: by the sponsor (DV), by category. A row of a site
-- without source and kind counts all of them, a subject once.
with known as (
    select 'eligibility' as source, USUBJID, KIND as kind from eldev where KIND <> 'disagree'
    union all
    select 'recorded', USUBJID, coalesce(DVCAT, '') from addv
)

select
    coalesce(adsl.SITEID, '(missing)') as siteid,
    known.source,
    known.kind,
    count(*) as n,
    count(distinct adsl.USUBJID) as n_subjects,
from population
join adsl using (USUBJID)
join known using (USUBJID)
group by grouping sets ((siteid, known.source, known.kind), (siteid))
order by all
