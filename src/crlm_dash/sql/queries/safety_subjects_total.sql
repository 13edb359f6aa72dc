-- One row: how many subjects of all sites had a treatment-emergent event of a class and term, and how many events.
-- room: outcomes
with subjects as (
    select USUBJID, count(*) as n
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
    group by USUBJID
)

select
    count(*) as n_subjects,
    coalesce(sum(n), 0)::bigint as n_events,
from population
join subjects using (USUBJID)
