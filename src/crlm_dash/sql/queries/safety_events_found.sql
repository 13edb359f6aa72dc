-- One row: how many deaths and serious (or fatal) adverse events at the viewer's sites the search finds.
-- room: events
-- $least_grade adds events that are not serious from that grade on.
with fatal as (
    select USUBJID, coalesce(AEDECOD, AETERM, '(not coded)') as fatal_event
    from adae
    where FATALFL = 'Y'
    qualify row_number() over (partition by USUBJID order by ASTDT desc nulls last, AESEQ desc) = 1
),

died as (
    select count(*) as n_deaths
    from population
    join adsl using (USUBJID)
    left join fatal using (USUBJID)
    where (adsl.DTHFL = 'Y' or adsl.DTHDT is not null)
        and contains(lower(concat_ws(' ', USUBJID, adsl.SITEID, adsl.DTHCAUS, fatal.fatal_event)), lower($search))
),

events as (
    select count(*) as n_events
    from population
    join adae using (USUBJID)
    where (adae.AESER = 'Y' or adae.FATALFL = 'Y' or adae.AEGRADE >= $least_grade)
        and contains(lower(concat_ws(' ', USUBJID, adae.AEDECOD, adae.AETERM, adae.AEBODSYS)), lower($search))
)

select died.n_deaths, events.n_events,
from died, events
