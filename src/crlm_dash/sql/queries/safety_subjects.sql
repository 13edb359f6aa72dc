-- One row per subject with a treatment-emergent event of a class and term: the worst of them, and how many there are.
-- room: events
-- '' stands for every class, or every term; $kind is that of safety_terms_of, or 'severe', or 'any'. The worst
-- is the first of the highest grade, as WORST…FL has it. The worst come first, of these the latest. n_found counts all
-- subjects found, also those beyond $row_limit. Days count from enrolment, day 1, as on the patient's timeline.
with found as not materialized (
    select
        adae.SUBJKEY, adae.AESEQ, adae.AEGRADE, adae.AESER, adae.RELFL, adae.AEOUT, adae.ASTDT, adae.ASTDTF,
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
    select SUBJKEY, max(AEGRADE) as grade, max(ASTDT) as latest from found group by SUBJKEY
),

listed as (
    select SUBJKEY, members.STRATA, subjects.grade, subjects.latest, count(*) over () as n_found
    from subjects
    join members using (SUBJKEY)
    order by grade desc nulls last, latest desc nulls last, SUBJKEY
    limit $row_limit
),

events as (
    select
        listed.*, found.* exclude (SUBJKEY),
        count(*) over of_subject as n_events,
        min(found.ASTDT) over of_subject as first_date,
        max(if(found.AESER is null, null, if(found.AESER = 'Y', 'Y', 'N'))) over of_subject as serious,
        max(found.RELFL) over of_subject as related,
    from listed
    join found using (SUBJKEY)
    window of_subject as (partition by listed.SUBJKEY)
    qualify row_number() over (
        partition by listed.SUBJKEY order by coalesce(found.AEGRADE, 0) desc, found.ASTDT nulls last, found.AESEQ
    ) = 1
)

select
    adsl.USUBJID,
    adsl.SITEID,
    if($as_treated, adsl.TRT01A, adsl.TRT01P) as arm,
    events.STRATA as strata,
    events.grade,
    events.term,
    events.AEOUT as outcome,
    events.ASTDT as worst_date,
    date_diff('day', adsl.ENRLDT, events.ASTDT) + if(events.ASTDT >= adsl.ENRLDT, 1, 0) as worst_day,
    coalesce(events.ASTDTF, '') as precision,
    events.n_events,
    events.serious,
    events.related,
    events.first_date,
    date_diff('day', adsl.ENRLDT, events.first_date) + if(events.first_date >= adsl.ENRLDT, 1, 0) as first_day,
    events.n_found,
from events
join adsl using (SUBJKEY)
order by events.grade desc nulls last, events.latest desc nulls last, SUBJKEY
