-- One row per subject screened: adsl once more, with MASKCAUS.
--
-- The cause of death, but WITHHELD_TERMS where it holds a word that gives the arm away, or names an event of this subject
-- that does ("ADVERSE EVENT: HEPATIC FAILURE" where the site wrote "post-hepatectomy liver failure").

create or replace temp table telling as
select SUBJKEY, list(distinct lower(coalesce(AEDECOD, AETERM))) as TERMS
from adae
where MASKBODSYS = getvariable('withheld_terms')
group by SUBJKEY;

create or replace table adsl as
select
    a.*,
    if(
        gives_away(a.DTHCAUS)
            or coalesce(len(list_filter(t.TERMS, lambda term: contains(lower(a.DTHCAUS), term))) > 0, false),
        getvariable('withheld_terms'), a.DTHCAUS
    ) as MASKCAUS
from adsl a
left join telling t using (SUBJKEY)
order by a.SUBJKEY;
