-- One row per subject of DM or ADSL: consent, enrolment and the end of participation, as they stood at the cut-off.
--
-- Enrolled: in the delivered ADSL with an arm, ITTFL or RANDDT; or DS says ENROLLED or RANDOMIZED; or DM names an
-- arm that is one. A refusal (DS, withdrawal before enrolment) is not an eligibility failure.

create or replace temp table milestones as
with subjects as (
    select USUBJID from staging.dm union select USUBJID from staging.adsl
),

-- Also what lies after the cut-off: who is enrolled then has an arm in DM, but was not enrolled yet.
entered as (
    select
        USUBJID,
        min(DT) filter (where WORD = 'INFORMED CONSENT OBTAINED') as CONSENTDT,
        min(DT) filter (where WORD = 'RANDOMIZED') as RANDDT,
        min(DT) filter (where WORD = 'ENROLLED') as ENROLLEDDT,
        bool_or(WORD in ('ENROLLED', 'RANDOMIZED')) as ENROLLED
    from (select USUBJID, upper(DSDECOD) as WORD, first_day(coalesce(DSSTDTC, DSDTC)) as DT from staging.ds)
    group by all
),

disposition as (
    select
        USUBJID,
        bool_or(upper(DSDECOD) in ('SCREEN FAILURE', 'SCREENING FAILURE', 'FAILURE TO MEET RANDOMIZATION CRITERIA'))
            as FAILED,
        min(STDT) filter (where upper(DSDECOD) like '%FAILURE%') as FAILEDDT,
        bool_or(upper(DSDECOD) in ('WITHDRAWAL BY SUBJECT', 'WITHDRAWAL OF CONSENT', 'CONSENT WITHDRAWN'))
            as WITHDREW
    from in_ds
    group by all
),

-- The last end of participation in the study; leaving treatment (DSSCAT) is not leaving the study.
last_disposition as (
    select USUBJID, STDT as EOSDT, upper(DSDECOD) as REASON
    from in_ds
    where upper(DSCAT) = 'DISPOSITION EVENT' and coalesce(upper(DSSCAT), '') not like '%TREATMENT%'
    qualify row_number() over (partition by USUBJID order by STDT desc nulls last, DSSEQ desc) = 1
),

unmet as (
    select USUBJID, true as UNMET
    from in_ie
    where coalesce(IESTRESC, IEORRES) = if(upper(IECAT) = 'EXCLUSION', 'Y', 'N')
    group by all
),

-- DM has no date for a screen failure; DS has.
failed_later as (
    select USUBJID, true as LATER
    from staging.ds
    where upper(DSDECOD) like '%FAILURE%' and not in_time(first_day(coalesce(DSSTDTC, DSDTC)))
    group by all
),

known as (
    select
        s.USUBJID,
        coalesce(a.RFICDT, first_day(m.RFICDTC), n.CONSENTDT) as RFICDT,
        ended(coalesce(a.RANDDT, n.RANDDT)) as RANDDT,
        ended(coalesce(a.ENRLDT, a.RANDDT, n.RANDDT, n.ENROLLEDDT)) as ENRLDT,
        coalesce(
            a.ENRLDT, a.RANDDT, n.RANDDT, n.ENROLLEDDT, a.TRTSDT, first_day(m.RFXSTDTC), first_day(m.RFSTDTC)
        ) > cutoff() as ENROLLED_LATER,
        coalesce(
            a.ENRLFL = 'Y',
            is_arm(a.TRT01P) or coalesce(a.ITTFL = 'Y', false) or a.RANDDT is not null
                or coalesce(n.ENROLLED, false) or is_arm(m.ARM)
        ) as ENROLLED,
        first_day(m.RFSTDTC) as RFSTDT,
        coalesce(d.FAILED, false) as FAILED,
        ended(coalesce(a.SCRFDT, d.FAILEDDT)) as FAILEDDT,
        coalesce(d.WITHDREW, false) as WITHDREW,
        coalesce(u.UNMET, false)
            or upper(concat_ws(' ', m.ARM, m.ARMCD, m.ARMNRS, a.ARM)) similar to '.*(SCREEN FAIL|SCRNFAIL).*'
            as UNMET,
        coalesce(f.LATER, false) as FAILED_LATER,
        l.EOSDT,
        l.REASON,
        c.FIRSTDT
    from subjects s
    left join staging.dm m using (USUBJID)
    left join staging.adsl a using (USUBJID)
    left join entered n using (USUBJID)
    left join disposition d using (USUBJID)
    left join last_disposition l using (USUBJID)
    left join unmet u using (USUBJID)
    left join failed_later f using (USUBJID)
    left join (
        -- a history or a medication may go back years; coming to the clinic does not
        select USUBJID, min(FIRSTDT) as FIRSTDT from contacts where DOM in ('DM', 'ADSL', 'DS', 'SV') group by all
    ) c using (USUBJID)
)

select
    USUBJID, RFICDT, RANDDT, ENRLDT, RFSTDT, EOSDT, REASON, FAILEDDT,
    coalesce(RFICDT, FIRSTDT) as SCRNDT,
    ENROLLED and not coalesce(ENROLLED_LATER, false) as ENROLLED,
    not ENROLLED and (FAILED or UNMET and not FAILED_LATER and not WITHDREW) as FAILED,
    not ENROLLED and WITHDREW and not FAILED as REFUSED
from known
where coalesce(RFICDT, FIRSTDT, date '0001-01-01') <= cutoff();
