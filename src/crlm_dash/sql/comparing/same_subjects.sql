-- One row per subject of the earlier cut: its number there (SUBJKEY), and the number by which both cuts call it.
--
-- SUBJKEY is numbered anew in every cut, so subjects are matched by USUBJID. Who is no longer in the present cut gets a
-- negative number, which nobody there has.
create or replace table compared.main.same_subjects as
select b.SUBJKEY, coalesce(n.SUBJKEY, -b.SUBJKEY) as SUBJECT
from before.main.adsl b
left join cut.main.adsl n using (USUBJID)
order by b.SUBJKEY;
