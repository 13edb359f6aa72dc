-- One row per public example trial, by its STUDYID: published, de-identified or synthetic, free for anyone to see.

select unnest(['CDISCPILOT01']) as STUDYID;
