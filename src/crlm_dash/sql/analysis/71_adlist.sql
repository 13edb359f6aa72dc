-- One row per subject screened: what the list of patients shows, searches, filters and sorts by.
--
-- STATUS is in words, because that is what is chosen. RESPONSE is the last overall response as recorded by the reader
-- for analysis; PDDT and LASTPD are the first and the last date of a progression, overall, in the liver or outside it, as
-- endpoints count it (45_tte_sources): of who was enrolled, since then. A screening failure has none in the trial.
-- SUMS are the sums of diameters of the timeline, in the order of their dates.
-- Nothing here tells the arm or a treatment.

create or replace table adlist as
with responses as (
    select
        USUBJID,
        arg_max(r.AVALC, r.ADT) filter (r.PARAMCD = 'OVRLRESP') as RESPONSE,
        max(r.ADT) filter (r.PARAMCD = 'OVRLRESP' and r.AVALC is not null) as RSPDT,
        min(r.ADT) filter (r.AVALC = 'PD' and r.ADT >= s.ENRLDT) as PDDT,
        max(r.ADT) filter (r.AVALC = 'PD' and r.ADT >= s.ENRLDT) as LASTPD,
    from adrs r
    join adsl s using (USUBJID)
    where r.ANL01FL = 'Y' and r.ADT is not null and r.PARAMCD in ('OVRLRESP', 'LIVRRESP', 'EXHPRESP')
    group by USUBJID
),

sums as (
    select USUBJID, list(VALUE order by ASTDT, SRCSEQ) as SUMS
    from adtl
    where LANE = 'Sum of diameters' and VALUE is not null
    group by USUBJID
)

select
    a.SUBJKEY,
    a.USUBJID,
    a.SITEID,
    a.AGE,
    a.SEX,
    case
        when a.DTHFL = 'Y' or a.DTHDT is not null then 'Died'
        when a.ENRLFL = 'Y' and a.EOSSTT = 'COMPLETED' then 'Completed'
        when a.ENRLFL = 'Y' and a.EOSSTT = 'DISCONTINUED' then 'Left the trial'
        when a.ENRLFL = 'Y' then 'In follow-up'
        when e.OUTCOME = 'failed' then 'Screening failed'
        when e.OUTCOME = 'refused' then 'Declined'
        when e.OUTCOME = 'withdrawn' then 'Withdrew'
        else 'In screening'
    end as STATUS,
    a.SCRNDT,
    a.ENRLDT,
    a.LSTALVDT,
    e.VERDICT,
    r.RESPONSE,
    r.RSPDT,
    r.PDDT,
    r.LASTPD,
    coalesce(v.N_OVERDUE, 0) as N_OVERDUE,
    coalesce(s.N_RECORDS, 0) as N_EVENTS,
    d.SUMS,
from adsl a
left join elsum e using (USUBJID)
left join responses r using (USUBJID)
left join adsvsum v using (USUBJID)
left join adaesum s using (USUBJID)
left join sums d using (USUBJID)
where a.SCRNFL = 'Y'
order by a.SUBJKEY;
