-- One row per subject, domain and reason: how many dated records of the source are not on the timeline, and why.
--
-- A record is a row of an SDTM domain with a start or a date that can be read; where the domain was not delivered, of
-- the ADaM dataset that stands for it (`dated_records`, store/dated.py). Dates of DM and ADSL are milestones, no records.
-- A record is on the timeline where its number is in `adtl`; values of a laboratory test that is drawn, answers of a
-- questionnaire and visits are there by day, without their numbers. What was set aside when the source was read is in
-- `faults` and is counted from there.

create or replace temp table numbered_on_timeline as
select distinct USUBJID, SRCDOM as DOMAIN, coalesce(SRCSEQ, -1) as SEQ
from adtl
where SRCDOM in ('MH', 'CM', 'EX', 'EC', 'PR', 'RS', 'ADRS', 'AE', 'DS', 'DV', 'FA');

create or replace temp macro why_left_out(domain, topic, kind, done) as
    case
        when done = 'N' then 'not done, or did not happen'
        when domain in ('VS', 'ADVS') then 'vital signs are not drawn'
        when domain in ('LB', 'ADLB') and topic in (select LBTESTCD from shown_tests) then 'no number, or read from ADLB'
        when domain in ('LB', 'ADLB') then 'another laboratory test: see Laboratory'
        when domain in ('TR', 'TU', 'ADTR') then 'single lesions: see Lesions; their sum is on the timeline'
        when domain in ('QS', 'ADQS') then 'not answered, or read from ADQS'
        when domain = 'SV' then 'a visit recorded twice, or no longer due'
        when domain = 'SE' then 'periods of the trial'
        when domain = 'AE' then 'no start, or not in ADAE'
        when domain = 'CM' then 'not a treatment of the tumour'
        when domain = 'MH' then 'history other than the disease of the trial'
        when domain in ('PR', 'EX', 'EC') then 'neither given against the tumour nor before its resection'
        when domain = 'FA' then 'not an assessment of the tumour board'
        when domain = 'DS' and kind = 'DEATH' then 'the death itself is on the timeline'
        when domain in ('SS', 'DD') then 'survival status: the death or last contact is on the timeline'
        when domain = 'IE' then 'criteria: see Eligibility'
        when domain in ('RS', 'ADRS') and topic in ('OVRLRESP', 'LIVRRESP', 'EXHPRESP') then 'another reader, or recorded twice'
        when domain in ('RS', 'ADRS') then 'another score or parameter'
        else 'a kind of record that is not drawn'
    end;

create or replace table adtlout as
with visits_shown as (
    select USUBJID, VISITNUM, ACTUAL
    from adsv
    where STATUS in ('done', 'early', 'late', 'missed', 'overdue', 'due', 'unscheduled')
),

answered as (
    select
        r.*,
        case
            when r.DOMAIN in ('LB', 'ADLB') then r.HAS_NUMBER and r.TOPIC in (select LBTESTCD from shown_tests)
            when r.DOMAIN in ('QS', 'ADQS') then r.HAS_NUMBER
            when r.DOMAIN = 'SV' then v.USUBJID is not null and coalesce(v.ACTUAL = r.DT, r.DONE = 'N')
            else n.USUBJID is not null
        end as SHOWN
    from dated_records r
    left join numbered_on_timeline n
        on n.USUBJID = r.USUBJID and n.DOMAIN = if(r.DOMAIN = 'ADAE', 'AE', r.DOMAIN) and n.SEQ = coalesce(r.SEQ, -1)
    left join visits_shown v on v.USUBJID = r.USUBJID and v.VISITNUM = if(r.DOMAIN = 'SV', r.VISITNUM, null)
),

left_out as (
    select
        USUBJID, DOMAIN,
        if(DT > cutoff(), 'after the cut-off', why_left_out(DOMAIN, TOPIC, KIND, DONE)) as REASON
    from answered
    where DT > cutoff() or not coalesce(SHOWN, false)
    union all
    select USUBJID, upper(DOMAIN), 'set aside when the source was read: see Data quality'
    from faults
    where SEVERITY = 'error' and RECORD is not null and USUBJID is not null
)

select a.SUBJKEY, a.USUBJID, l.DOMAIN, l.REASON, count(*) as N
from left_out l
join adsl a using (USUBJID)
group by all
order by a.SUBJKEY, l.DOMAIN, l.REASON;
