-- One row: how many deaths and serious (or fatal) adverse events at the viewer's sites the search finds.
-- room: events
-- $least_grade adds events that are not serious from that grade on.
with fatal as (
    select SUBJKEY, coalesce(AEDECOD, AETERM, '(not coded)') as fatal_event
    from adae
    where FATALFL = 'Y'
    qualify row_number() over (partition by SUBJKEY order by ASTDT desc nulls last, AESEQ desc) = 1
),

died as (
    select count(*) as n_deaths
    from members
    left join fatal using (SUBJKEY)
    where (DTHFL = 'Y' or DTHDT is not null)
        and ($search = '' or contains(lower(concat_ws(' ', USUBJID, SITEID, DTHCAUS, fatal.fatal_event)), lower($search)))
),

events as (
    select count(*) as n_events
    from members
    join adae using (SUBJKEY)
    where (adae.AESER = 'Y' or adae.FATALFL = 'Y' or adae.AEGRADE >= $least_grade)
        and (
            $search = ''
            or contains(lower(concat_ws(' ', adae.USUBJID, AEDECOD, AETERM, AEBODSYS)), lower($search))
        )
)

select died.n_deaths, events.n_events,
from died, events
