-- Three tables on which the safety models stand: when a subject's adverse events count, what was done when, and first.
--
-- safety_windows: one row per subject. Treatment-emergent is what begins from OPENS (the protocol says: start of
-- treatment, enrolment or consent) to CLOSES (its number of days after the last treatment; none while it goes on).
-- procedure_days: one row per subject and day of local procedures in the trial (hepatectomy, ablation, SBRT, TACE,
-- HAIC, metastasectomy …; not those before it). What was done on one day is one operation: "ABLATION + HEPATECTOMY".
-- received: one row per subject and modality given in the trial, SYSTEMIC among them; STARTDT is its first day (NULL where
-- no day of it is known).

create or replace temp table safety_windows as
select
    o.SUBJKEY, o.USUBJID, o.ORIGIN, o.SAFFL,
    case v.TE_START when 'ENRLDT' then o.ENRLDT when 'RFICDT' then a.RFICDT else o.TRTSDT end as OPENS,
    o.TRTEDT + v.TE_DAYS as CLOSES
from origins o
join adsl a using (USUBJID)
cross join protocol_values v;

create or replace temp table procedure_days as
select SUBJKEY, ASTDT as PROCDT, string_agg(distinct MODALITY, ' + ' order by MODALITY) as MODALITIES
from adex
where EXCAT = 'LOCAL' and PHASE <> 'PRIOR' and ASTDT is not null
group by SUBJKEY, ASTDT;

create or replace temp table received as
select
    SUBJKEY, coalesce(MODALITY, 'SYSTEMIC') as MODALITY, count(*) as N_GIVEN, count(*) filter (ASTDT is null) as N_UNDATED,
    min(ASTDT) as STARTDT
from adex
where EXCAT = 'LOCAL' and PHASE <> 'PRIOR' or EXCAT = 'SYSTEMIC' and PHASE = 'PROTOCOL'
group by all;
