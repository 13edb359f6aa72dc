-- One row per subject of a real arm: USUBJID, ARMCD, ARM and its place in the order of arms.
--
-- The arm is ADSL.TRT01P, else ARM of ADSL or DM. Pseudo-arms (screen failure, not assigned, not treated,
-- unplanned: the terms of ARMNRS, which older data write into ARM itself) are no arms.
create or replace temp table protocol_subjects as
with delivered as (
    select
        coalesce(adsl.USUBJID, dm.USUBJID) as USUBJID,
        coalesce(adsl.TRT01P, adsl.ARM, dm.ARM) as ARM,
        dm.ARM as DM_ARM,
        adsl.ARM as ADSL_ARM,
        dm.ARMCD as DM_ARMCD,
        adsl.ARMCD as ADSL_ARMCD,
        adsl.TRT01PN as ARM_ORDER,
        upper(concat_ws(' ', coalesce(adsl.TRT01P, adsl.ARM, dm.ARM), coalesce(adsl.ARMCD, dm.ARMCD))) as WORDS,
        coalesce(adsl.ENRLFL, '') <> 'N' and coalesce(adsl.SCRFFL, '') <> 'Y' as TAKEN_IN,
    from staging.adsl as adsl
    full join staging.dm as dm
        on dm.USUBJID = adsl.USUBJID
)

select
    USUBJID,
    ARM,
    coalesce(
        case when DM_ARM = ARM then DM_ARMCD end,
        case when ADSL_ARM = ARM then ADSL_ARMCD end
    ) as ARMCD,
    ARM_ORDER,
from delivered
where TAKEN_IN
    and not regexp_matches(
        WORDS,
        'SCREEN.?FAIL|SCRNFAIL|NOT ?(ASSIGNED|TREATED|RANDOMI[SZ]ED|ENROLLED|APPLICABLE)|NOTASSGN|NOTTRT|UNPLAN'
    );
