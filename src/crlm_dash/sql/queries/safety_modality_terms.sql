-- One row per group, local treatment and preferred term: patients with such an event attributed to it, and records.
-- room: procedures
-- Events count as in safety_modalities: the patient had the treatment in the trial, and the event may have begun after it.
select
    coalesce(population.STRATA, '(missing)') as strata,
    upper(adae.AEMODAL) as modality,
    coalesce(adae.AEDECOD, adae.AETERM, '(not coded)') as AEDECOD,
    count(distinct USUBJID) as n_subjects,
    count(distinct USUBJID) filter (adae.AEGRADE >= 3) as n_severe,
    count(*) as n_events,
from population
join adae using (USUBJID)
where adae.MODALFL = 'Y' and upper(adae.AEMODAL) <> 'SYSTEMIC'
group by all
order by all
