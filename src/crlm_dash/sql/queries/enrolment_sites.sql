-- One row per site.
-- room: counts
-- opener_enrolled: when the patient first screened there was enrolled, NULL if that patient never was.
with screened as (
    select
        coalesce(adsl.SITEID, '(missing)') as siteid,
        adsl.USUBJID as subject,
        adsl.COUNTRY as country,
        adsl.ENRLFL = 'Y' as enrolled,
        if(adsl.ENRLFL = 'Y', adsl.ENRLDT, null) as enrolled_on,
        coalesce(adsl.SCRNDT, adsl.ENRLDT) as screened_on,
        elsum.OUTCOME as outcome,
    from population
    join adsl using (USUBJID)
    left join elsum using (USUBJID)
)

select
    siteid,
    min(country) as country,
    min(enrolled_on) as first_enrolled,
    count(*) as n_screened,
    count(*) filter (enrolled) as n_enrolled,
    count(*) filter (outcome = 'failed') as n_failed,
    count(*) filter (outcome in ('refused', 'withdrawn')) as n_refused,
    n_failed / n_screened as failure_rate,
    count(*) filter (outcome = 'withdrawn') as n_withdrawn,
    count(*) filter (enrolled and enrolled_on is null) as n_undated,
    least(min(screened_on), min(enrolled_on)) as first_screened,
    struct_extract(
        min({'screened': screened_on, 'subject': subject, 'enrolled': enrolled_on}) filter (screened_on is not null),
        'enrolled'
    ) as opener_enrolled,
from screened
group by siteid
order by siteid
