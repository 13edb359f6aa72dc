-- One row per screened subject and deviation from the protocol's eligibility: what should not have happened, with evidence.
--
-- criterion: enrolled although a criterion is not met by the data; recorded: enrolled although the site itself recorded
-- it as not met, where the data do not say so; disagree: not enrolled for a criterion that the data find met; consent:
-- consent later than the first visit, treatment or local procedure of the trial.

create or replace table eldev as
with judged as (
    select
        case
            when s.OUTCOME = 'enrolled' and e.RESULT = 'not met' then 'criterion'
            when s.OUTCOME = 'enrolled' then 'recorded'
            else 'disagree'
        end as KIND,
        e.SUBJKEY, e.USUBJID, s.SITEID, e.CRITERION, e.ORD, e.RESULT, e.VALUE, e.UNIT, e.LIMIT_TEXT, e.DT, e.RECORDED
    from adel e
    join elsum s using (SUBJKEY)
    where s.OUTCOME = 'enrolled' and (e.RESULT = 'not met' or e.RECORDED = 'not met')
        or s.OUTCOME <> 'enrolled' and e.RECORDED = 'not met' and e.RESULT = 'met'
),

begun as (
    select SUBJKEY, min(DAY) as DAY
    from (
        select SUBJKEY, ACTUAL as DAY from adsv
        union all
        select SUBJKEY, TRTSDT from adsl
        union all
        select SUBJKEY, ASTDT from adex where PHASE = 'PROTOCOL' and EXCAT = 'LOCAL'
    )
    group by SUBJKEY
),

late as (
    select
        'consent' as KIND, a.SUBJKEY, a.USUBJID, a.SITEID, cast(a.RFICDT as varchar) as VALUE,
        'on or before ' || b.DAY as LIMIT_TEXT, a.RFICDT as DT
    from adsl a
    join begun b using (SUBJKEY)
    where a.RFICDT > b.DAY
)

select
    SUBJKEY, USUBJID, SITEID, KIND, CRITERION, ORD, RESULT, VALUE, UNIT, LIMIT_TEXT, DT, RECORDED
from (select * from judged union all by name select * from late)
order by SUBJKEY, ORD nulls first;
