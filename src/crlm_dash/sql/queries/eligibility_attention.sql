-- One row: screened subjects who should not have been enrolled, who consented late, or who failed without a reason.
-- room: counts
with deviating as (
    select
        count(distinct USUBJID) filter (KIND in ('criterion', 'recorded')) as n_enrolled_unmet,
        count(distinct USUBJID) filter (KIND = 'consent') as n_late_consent,
        count(distinct USUBJID) filter (KIND = 'disagree') as n_disagree,
    from population
    join eldev using (USUBJID)
),

failed as (
    select count(*) filter (OUTCOME = 'failed' and REC_NOT_MET = '') as n_failed_unrecorded
    from population
    join elsum using (USUBJID)
)

select n_enrolled_unmet, n_late_consent, n_disagree, n_failed_unrecorded from deviating cross join failed
