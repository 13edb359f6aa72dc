-- One row: the subject, with every column of ADSL the viewer may see.
-- room: records
-- The columns are not listed: the protocol's covariates differ from trial to trial.
select *
from adsl
