-- One row per adverse event record: delivered ADAE records as delivered, else AE.
--
-- AEGRADE is the CTCAE grade (AETOXGR, ATOXGR), else mild/moderate/severe as 1/2/3; what is not graded stays so.
-- TRTEMFL: may have begun on or after the start of treatment (a partial or missing start date gets the benefit of
-- doubt, unless the event had ended before) and began within the protocol's days after the end of treatment.
-- Occurrence flags, of treatment-emergent records: first by date, then AESEQ; AOCC…IFL the worst grade, then the
-- first (admiral, derive_var_extreme_flag). A flag delivered for any record is used as delivered.

create or replace temp table adverse as
select
    USUBJID, AESEQ, AETERM, AEDECOD, coalesce(AEBODSYS, AESOC) as AEBODSYS, AESEV, AETOXGR, AESER, AEREL, AEACN, AEOUT,
    AESDTH, AEMODAL, AECLAV, STDT as ASTDT, STDTF as ASTDTF, ENDT as AENDT,
    if(ENDT is null, null, date_flag(AEENDTC)) as AENDTF
from in_ae
where not exists (select 1 from staging.adae) and coalesce(AEOCCUR, 'Y') = 'Y'
union all by name
select
    a.* exclude (STUDYID, SAFFL, AETOXGR, _row, _file),
    coalesce(a.AETOXGR, a.ATOXGR) as AETOXGR
from staging.adae a
where in_time(coalesce(a.ASTDT, first_day(a.AESTDTC)));

create or replace temp table graded as
select
    x.* exclude (AEMODAL, AECLAV, AESEV, RELFL, DISCFL, FATALFL, AEGRADE, GRADESRC, AENDT, ASTDY, AENDY, TRTEMFL, ASTDTF),
    coalesce(x.AEMODAL, e.AEMODAL) as AEMODAL,
    coalesce(x.AECLAV, e.AECLAV) as AECLAV,
    coalesce(x.AESEV, x.ASEV) as AESEV,
    x.ASTDTF,
    ended(x.AENDT) as AENDT,
    try_cast(x.AETOXGR as integer) as CTCAE,
    case upper(coalesce(x.AESEV, x.ASEV)) when 'MILD' then 1 when 'MODERATE' then 2 when 'SEVERE' then 3 end as BY_WORD,
    coalesce(
        x.RELFL,
        case
            when upper(x.AEREL) in (
                'Y', 'YES', 'RELATED', 'POSSIBLE', 'POSSIBLY RELATED', 'PROBABLE', 'PROBABLY RELATED', 'DEFINITE',
                'DEFINITELY RELATED', 'HIGHLY PROBABLE', 'CERTAIN'
            ) then 'Y'
            when upper(x.AEREL) in (
                'N', 'NO', 'NONE', 'NOT RELATED', 'UNRELATED', 'UNLIKELY', 'UNLIKELY RELATED', 'REMOTE', 'NOT APPLICABLE'
            ) then 'N'
        end
    ) as RELFL,
    coalesce(x.DISCFL, if(upper(x.AEACN) in ('DRUG WITHDRAWN', 'WITHDRAWN', 'TREATMENT DISCONTINUED'), 'Y', 'N')) as DISCFL,
    coalesce(x.ASTDY, study_day(x.ASTDT, o.ORIGIN)) as ASTDY,
    if(ended(x.AENDT) is null, null, coalesce(x.AENDY, study_day(x.AENDT, o.ORIGIN))) as AENDY,
    x.FATALFL as FATALFL_DELIVERED,
    x.TRTEMFL as TRTEMFL_DELIVERED,
    o.SAFFL,
    case v.TE_START when 'ENRLDT' then o.ENRLDT when 'RFICDT' then a.RFICDT else o.TRTSDT end as WINDOW_START,
    o.TRTEDT + v.TE_DAYS as WINDOW_END,
    a.STUDYID
from adverse x
join origins o using (USUBJID)
join adsl a using (USUBJID)
cross join protocol_values v
left join staging.ae e on e.USUBJID = x.USUBJID and e.AESEQ = x.AESEQ;

create or replace table adae as
with delivered_flags as (
    select
        count(TRTEMFL) > 0 as TE, count(AOCCFL) > 0 as F, count(AOCCSFL) > 0 as S, count(AOCCPFL) > 0 as P,
        count(AOCCIFL) > 0 as I, count(AOCCSIFL) > 0 as SI, count(AOCCPIFL) > 0 as PI
    from staging.adae
),

emergent as (
    select
        g.* exclude (AOCCFL, AOCCSFL, AOCCPFL, AOCCIFL, AOCCSIFL, AOCCPIFL),
        if(g.CTCAE between 1 and 5, g.CTCAE, g.BY_WORD) as AEGRADE,
        case when g.CTCAE between 1 and 5 then 'CTCAE' when g.BY_WORD is not null then 'AESEV' end as GRADESRC,
        case
            when f.TE then g.TRTEMFL_DELIVERED
            when g.WINDOW_START is null then 'N'
            when coalesce(end_of_period(g.ASTDT, g.ASTDTF) < g.WINDOW_START, false) then 'N'
            when coalesce(g.AENDT < g.WINDOW_START, false) then 'N'
            when coalesce(g.ASTDT > g.WINDOW_END, false) then 'N'
            else 'Y'
        end as TRTEMFL,
        g.AOCCFL as AOCCFL_DELIVERED, g.AOCCSFL as AOCCSFL_DELIVERED, g.AOCCPFL as AOCCPFL_DELIVERED,
        g.AOCCIFL as AOCCIFL_DELIVERED, g.AOCCSIFL as AOCCSIFL_DELIVERED, g.AOCCPIFL as AOCCPIFL_DELIVERED
    from graded g, delivered_flags f
),

ordered as (
    select
        *,
        row_number() over (partition by USUBJID, TRTEMFL order by ASTDT nulls last, AESEQ, AEDECOD) as NTH,
        row_number() over (partition by USUBJID, TRTEMFL order by AEGRADE desc nulls last, ASTDT nulls last, AESEQ, AEDECOD)
            as NTH_WORST
    from emergent
),

-- One pass per subject and term over the two orders is cheaper than six windows.
ranked as (
    select
        *,
        if(TRTEMFL = 'Y', NTH, null) as TURN,
        if(TRTEMFL = 'Y', NTH_WORST, null) as WORST_TURN
    from ordered
),

firsts as (
    select
        *,
        min(TURN) over by_soc as SOC_TURN, min(WORST_TURN) over by_soc as SOC_WORST,
        min(TURN) over by_term as TERM_TURN, min(WORST_TURN) over by_term as TERM_WORST
    from ranked
    window
        by_soc as (partition by USUBJID, AEBODSYS),
        by_term as (partition by USUBJID, AEBODSYS, AEDECOD)
)

select
    g.STUDYID, g.USUBJID, g.AESEQ, g.AETERM, g.AEDECOD, g.AEBODSYS, g.AESEV, g.AETOXGR,
    cast(g.AEGRADE as integer) as AEGRADE, g.GRADESRC, g.AESER, g.AEREL, g.RELFL, g.AEACN, g.DISCFL, g.AEOUT,
    coalesce(
        g.FATALFL_DELIVERED,
        if(
            coalesce(g.AESDTH = 'Y', false) or coalesce(upper(g.AEOUT) = 'FATAL', false) or coalesce(g.AEGRADE = 5, false),
            'Y', 'N'
        )
    ) as FATALFL,
    g.AESDTH, g.ASTDT, g.ASTDTF, g.AENDT, g.AENDTF, cast(g.ASTDY as integer) as ASTDY, cast(g.AENDY as integer) as AENDY,
    g.TRTEMFL, g.SAFFL, g.AEMODAL, g.AECLAV,
    if(f.F, g.AOCCFL_DELIVERED, if(g.TURN = 1, 'Y', null)) as AOCCFL,
    if(f.S, g.AOCCSFL_DELIVERED, if(g.TURN = g.SOC_TURN, 'Y', null)) as AOCCSFL,
    if(f.P, g.AOCCPFL_DELIVERED, if(g.TURN = g.TERM_TURN, 'Y', null)) as AOCCPFL,
    if(f.I, g.AOCCIFL_DELIVERED, if(g.WORST_TURN = 1, 'Y', null)) as AOCCIFL,
    if(f.SI, g.AOCCSIFL_DELIVERED, if(g.WORST_TURN = g.SOC_WORST, 'Y', null)) as AOCCSIFL,
    if(f.PI, g.AOCCPIFL_DELIVERED, if(g.WORST_TURN = g.TERM_WORST, 'Y', null)) as AOCCPIFL,
    g.* exclude (
        STUDYID, USUBJID, AESEQ, AETERM, AEDECOD, AEBODSYS, AESEV, AETOXGR, AEGRADE, GRADESRC, AESER, AEREL, RELFL, AEACN,
        DISCFL, AEOUT, FATALFL_DELIVERED, TRTEMFL_DELIVERED, AESDTH, ASTDT, ASTDTF, AENDT, AENDTF, ASTDY, AENDY, TRTEMFL,
        SAFFL, AEMODAL, AECLAV, AOCCFL_DELIVERED, AOCCSFL_DELIVERED, AOCCPFL_DELIVERED, AOCCIFL_DELIVERED,
        AOCCSIFL_DELIVERED, AOCCPIFL_DELIVERED, CTCAE, BY_WORD, WINDOW_START, WINDOW_END, NTH, NTH_WORST, TURN,
        WORST_TURN, SOC_TURN, SOC_WORST, TERM_TURN, TERM_WORST
    )
from firsts g, delivered_flags f
order by g.USUBJID, g.ASTDT, g.AESEQ;
