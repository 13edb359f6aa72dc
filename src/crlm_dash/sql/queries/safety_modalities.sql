-- One row per group and modality: patients who received it in the trial, and the events attributed to it.
-- room: procedures
-- Of those who received it: patients with an event, by worst grade, and records. Events of the others stand apart.
select
    coalesce(population.STRATA, '(missing)') as strata,
    admodal.MODALITY as modality,
    count(*) filter (RECFL = 'Y') as n,
    sum(N_GIVEN)::bigint as n_given,
    sum(N_UNDATED)::bigint as n_undated,
    count(*) filter (N_EVENTS > 0) as any_subjects,
    sum(N_EVENTS)::bigint as any_events,
    count(*) filter (N_SEVERE > 0) as severe_subjects,
    sum(N_SEVERE)::bigint as severe_events,
    count(*) filter (N_SERIOUS > 0) as serious_subjects,
    sum(N_SERIOUS)::bigint as serious_events,
    count(*) filter (N_FATAL > 0) as fatal_subjects,
    sum(N_FATAL)::bigint as fatal_events,
    count(*) filter (N_EVENTS > 0 and WORSTGR = 1) as worst_1,
    count(*) filter (N_EVENTS > 0 and WORSTGR = 2) as worst_2,
    count(*) filter (N_EVENTS > 0 and WORSTGR = 3) as worst_3,
    count(*) filter (N_EVENTS > 0 and WORSTGR = 4) as worst_4,
    count(*) filter (N_EVENTS > 0 and WORSTGR = 5) as worst_5,
    count(*) filter (N_EVENTS > 0 and WORSTGR is null) as worst_missing,
    sum(N_UNPLACED)::bigint as n_unplaced,
from population
join admodal using (USUBJID)
group by all
order by all
