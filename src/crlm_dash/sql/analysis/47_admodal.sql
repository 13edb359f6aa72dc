-- One row per enrolled subject and treatment modality: received in the trial, or named by the site for an adverse event.
--
-- Modalities are the local treatments and SYSTEMIC. RECFL says whether the subject received it in the trial (not before
-- it). Events are those the site attributed to it, with MODALFL 'Y' (40_adae.sql), at any time after its first day: a
-- complication counts also where it is no longer treatment-emergent. WORSTGR is their worst grade, NULL where none was
-- graded. N_UNPLACED counts the events attributed to it that began before it, or without the subject having had it.

create or replace table admodal as
with attributed as (
    select
        SUBJKEY, upper(AEMODAL) as MODALITY,
        count(*) filter (MODALFL = 'Y') as N_EVENTS,
        count(*) filter (MODALFL = 'Y' and AEGRADE >= 3) as N_SEVERE,
        count(*) filter (MODALFL = 'Y' and AESER = 'Y') as N_SERIOUS,
        count(*) filter (MODALFL = 'Y' and FATALFL = 'Y') as N_FATAL,
        max(AEGRADE) filter (MODALFL = 'Y') as WORSTGR,
        count(*) filter (MODALFL = 'N') as N_UNPLACED
    from adae
    where AEMODAL is not null
    group by all
)

select
    SUBJKEY, a.USUBJID, MODALITY, if(r.SUBJKEY is null, 'N', 'Y') as RECFL,
    cast(coalesce(r.N_GIVEN, 0) as integer) as N_GIVEN, cast(coalesce(r.N_UNDATED, 0) as integer) as N_UNDATED,
    cast(coalesce(e.N_EVENTS, 0) as integer) as N_EVENTS, cast(coalesce(e.N_SEVERE, 0) as integer) as N_SEVERE,
    cast(coalesce(e.N_SERIOUS, 0) as integer) as N_SERIOUS, cast(coalesce(e.N_FATAL, 0) as integer) as N_FATAL,
    cast(e.WORSTGR as integer) as WORSTGR, cast(coalesce(e.N_UNPLACED, 0) as integer) as N_UNPLACED,
from received r
full join attributed e using (SUBJKEY, MODALITY)
join adsl a using (SUBJKEY)
where a.ENRLFL = 'Y'
order by SUBJKEY, MODALITY;
