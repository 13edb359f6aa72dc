-- One row: how many records of adverse events name a treatment, and how many a Clavien–Dindo grade.
-- room: procedures
-- Where none does, the data do not answer the question, and zero would read as none.
select count(AEMODAL) as n_modality, count(AECLAV) as n_clavien,
from adae
