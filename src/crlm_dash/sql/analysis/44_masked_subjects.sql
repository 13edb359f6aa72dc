-- One row per subject screened: adsl once more, with what its adverse events tell.
--
-- MASKCAUS: the cause of death, but WITHHELD_TERMS where it holds a word that gives the arm away, or names an event of
-- this subject that does ("ADVERSE EVENT: HEPATIC FAILURE" where the site wrote "post-hepatectomy liver failure").
-- MASKFL: 'Y' where the subject has such an event or cause; a code never stands beside it.

create or replace temp table telling as
select SUBJKEY, list(distinct lower(coalesce(AEDECOD, AETERM))) as TERMS
from adae
where MASKBODSYS = getvariable('withheld_terms')
group by SUBJKEY;

create or replace table adsl as
with judged as (
    select
        a.*, t.SUBJKEY is not null as TELLS,
        gives_away(a.DTHCAUS)
            or coalesce(len(list_filter(t.TERMS, lambda term: contains(lower(a.DTHCAUS), term))) > 0, false) as CAUSE_TELLS
    from adsl a
    left join telling t using (SUBJKEY)
)

select
    * exclude (TELLS, CAUSE_TELLS),
    if(CAUSE_TELLS, getvariable('withheld_terms'), DTHCAUS) as MASKCAUS,
    if(TELLS or CAUSE_TELLS, 'Y', null) as MASKFL
from judged
order by SUBJKEY;
