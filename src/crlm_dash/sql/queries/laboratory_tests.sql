-- One row per graded laboratory test and direction of the trial, with the words of its grades.
-- room: outcomes
select PARAMCD, DIRECTION, TESTCD, LABEL, TERM, SOURCE, GRADE_1, GRADE_2, GRADE_3, GRADE_4
from lbtests
order by ORD
