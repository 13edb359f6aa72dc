-- One row per value of a limit's fact (NULL where it is missing): numbers of screened subjects.
-- room: counts
-- Of those who meet every other criterion: n_true would be eligible were the comparison true, n_false were it false,
-- n_unmoved are eligible as it is. n_hinging: this comparison alone decides.
select
    ellimit.VALUE as value,
    count(*) as n,
    count(*) filter (ellimit.OTHERS_MET and ellimit.PIVOTAL) as n_hinging,
    count(*) filter (ellimit.OTHERS_MET and ellimit.IF_TRUE = 'met') as n_true,
    count(*) filter (ellimit.OTHERS_MET and ellimit.IF_FALSE = 'met') as n_false,
    count(*) filter (ellimit.OTHERS_MET and ellimit.RESULT = 'met') as n_unmoved,
from population
join ellimit using (USUBJID)
where ellimit.LIMIT_ID = $limit_id
group by all
order by all
