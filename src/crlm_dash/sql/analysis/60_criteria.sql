-- One row per eligibility criterion; what the sites recorded of them; how screening ended for each subject.
--
-- The criteria are the protocol's, else those of TI. IE holds the criteria a subject did not meet: an inclusion answered
-- 'N', an exclusion answered 'Y'. `adel`, `elsum` and the evidence are made from these and the facts of the protocol
-- (store/eligibility.py), since their columns are what the protocol declares.

create or replace table criteria as
with stated as (
    select CRITERION, IECAT, TEXT, READING, ASSESSED_BY, LIMIT_TEXT, EVALUATED, ORD from planned_criteria
    union all
    select
        IETESTCD, upper(any_value(IECAT)), any_value(IETEST), '', '', null, false, row_number() over (order by min(_row), IETESTCD)
    from staging.ti
    where not exists (select 1 from planned_criteria)
    group by IETESTCD
)

select
    CRITERION, IECAT, TEXT, cast(ORD as integer) as ORD, READING, ASSESSED_BY, LIMIT_TEXT, EVALUATED
from stated
order by ORD;

create or replace temp table recorded as
select
    o.SUBJKEY, e.IETESTCD as CRITERION,
    bool_or(coalesce(e.IESTRESC, e.IEORRES) = if(upper(e.IECAT) = 'EXCLUSION', 'Y', 'N')) as UNMET,
    min(e.STDT) as RECDT
from in_ie e
join origins o using (USUBJID)
group by all;

-- Exactly one of five ends. SDTM has no word for a patient who declines: 'WITHDRAWAL BY SUBJECT' before enrolment is
-- read as that, and a withdrawn consent, or any other end of participation before enrolment, as a withdrawal.
create or replace temp table screening_ends as
with consent_withdrawn as (
    select distinct USUBJID
    from in_ds
    where regexp_matches(upper(concat_ws(' ', DSDECOD, DSTERM)), 'WITHDR\w+ (OF )?CONSENT|CONSENT WITHDR')
)

select
    a.SUBJKEY,
    case
        when a.ENRLFL = 'Y' then 'enrolled'
        when a.SCRFFL = 'Y' then 'failed'
        when a.REFUSFL = 'Y' and w.USUBJID is null then 'refused'
        when a.REFUSFL = 'Y' or a.EOSSTT <> 'ONGOING' then 'withdrawn'
        else 'pending'
    end as OUTCOME
from adsl a
left join consent_withdrawn w using (USUBJID);
