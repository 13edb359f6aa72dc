-- One row per subject with a treatment-emergent event of a class and term: the worst of them, and how many there are.
-- room: events
-- '' stands for every class, or every term; $kind is that of safety_terms_of, or 'severe', or 'any'. The worst
-- is the first of the highest grade, as WORST…FL has it. The worst come first, of these the latest. n_found counts all
-- subjects found, also those beyond $row_limit. Days count from enrolment, day 1, as on the patient's timeline.
with found as (
    select
        adae.USUBJID, adae.AESEQ, adae.AEGRADE, adae.AESER, adae.RELFL, adae.AEOUT, adae.ASTDT, adae.ASTDTF,
        coalesce(adae.AEDECOD, adae.AETERM, '(not coded)') as term,
    from adae
    where adae.TRTEMFL = 'Y'
        and ($soc = '' or coalesce(adae.AEBODSYS, '(not coded)') = $soc)
        and ($term = '' or coalesce(adae.AEDECOD, adae.AETERM, '(not coded)') = $term)
        and case $kind
            when 'severe' then adae.AEGRADE >= 3
            when 'serious' then adae.AESER = 'Y'
            when 'related' then adae.RELFL = 'Y'
            when 'stopped' then adae.DISCFL = 'Y'
            when 'fatal' then adae.FATALFL = 'Y'
            else true
        end
),

subjects as (
    select
        USUBJID,
        any_value(population.STRATA) as strata,
        max(found.AEGRADE) as grade,
        count(*) as n_events,
        min(found.ASTDT) as first_date,
        max(if(found.AESER is null, null, if(found.AESER = 'Y', 'Y', 'N'))) as serious,
        max(found.RELFL) as related,
        max(found.ASTDT) as latest,
    from population
    join found using (USUBJID)
    group by USUBJID
),

listed as (
    select *, count(*) over () as n_found
    from subjects
    order by grade desc nulls last, latest desc nulls last, USUBJID
    limit $row_limit
)

select
    listed.USUBJID,
    adsl.SITEID,
    if($as_treated, adsl.TRT01A, adsl.TRT01P) as arm,
    listed.strata,
    listed.grade,
    found.term,
    found.AEOUT as outcome,
    found.ASTDT as worst_date,
    date_diff('day', adsl.ENRLDT, found.ASTDT) + if(found.ASTDT >= adsl.ENRLDT, 1, 0) as worst_day,
    coalesce(found.ASTDTF, '') as precision,
    listed.n_events,
    listed.serious,
    listed.related,
    listed.first_date,
    date_diff('day', adsl.ENRLDT, listed.first_date) + if(listed.first_date >= adsl.ENRLDT, 1, 0) as first_day,
    listed.n_found,
from listed
join found using (USUBJID)
join adsl using (USUBJID)
where coalesce(found.AEGRADE, 0) = coalesce(listed.grade, 0)
qualify row_number() over (partition by listed.USUBJID order by found.ASTDT nulls last, found.AESEQ) = 1
order by listed.grade desc nulls last, listed.latest desc nulls last, listed.USUBJID
