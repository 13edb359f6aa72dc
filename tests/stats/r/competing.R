# Expected values of tests/stats/test_competing.py. Run from the repository's root: Rscript tests/stats/r/competing.R
# Made with R 4.2.2, cmprsk 2.2-11, survival 3.5-3.
suppressMessages({library(cmprsk); library(survival)})
folder <- "tests/stats/fixtures"
out <- function(frame, name, what) {
  number <- sapply(frame, is.numeric)
  frame[number] <- lapply(frame[number], function(x) format(x, digits = 17, trim = TRUE))
  write.csv(frame, file.path(folder, paste0(name, "_", what, ".csv")), row.names = FALSE, quote = FALSE)
}
set.seed(7)
n <- 260
strata <- sample(c("A", "B", "C"), n, TRUE)
time <- 3 * ceiling(rexp(n, c(A = .06, B = .09, C = .05)[strata]) / 3)      # imaging every 3 months: ties
cause <- sample(0:3, n, TRUE, c(.3, .35, .2, .15))
rows <- list(
  mgus2 = with(mgus2, data.frame(strata = as.character(sex), time = ifelse(pstat == 1, ptime, futime), entry = 0,
                                 event = ifelse(pstat == 1, 1, 2 * death))),
  imaging = data.frame(strata, time, entry = 0, event = cause))
for (name in names(rows)) {
  d <- rows[[name]]
  d <- d[d$time > 0, ]
  out(aggregate(list(n = rep(1, nrow(d))), d[c("strata", "time", "entry", "event")], sum), name, "counts")
  fit <- with(d, cuminc(time, event, strata))
  tests <- fit$Tests
  out(data.frame(cause = as.integer(rownames(tests)), statistic = tests[, "stat"], p_value = tests[, "pv"], df = tests[, "df"]),
      name, "gray")
  at <- sort(unique(d$time))[seq(1, length(unique(d$time)), length.out = 12)]
  read <- timepoints(fit, at)
  key <- do.call(rbind, strsplit(rownames(read$est), " "))
  long <- function(m) as.vector(t(m))
  out(na.omit(data.frame(strata = rep(key[, 1], each = length(at)), cause = as.integer(rep(key[, 2], each = length(at))),
                         time = rep(at, nrow(key)), estimate = long(read$est), variance = long(read$var))), name, "cuminc")
}
d <- rows$imaging                                                # delayed entry: survfit's Aalen-Johansen
d$entry <- 3 * sample(0:3, n, TRUE)
d <- d[d$time > d$entry, ]
out(aggregate(list(n = rep(1, nrow(d))), d[c("strata", "time", "entry", "event")], sum), "late", "counts")
d$id <- seq_len(nrow(d))
for (g in "A") {
  fit <- survfit(Surv(entry, time, factor(event, 0:3)) ~ 1, d[d$strata == g, ], id = id)
  out(data.frame(time = rep(fit$time, 3), cause = rep(1:3, each = length(fit$time)), estimate = as.vector(fit$pstate[, 2:4])),
      "late", "incidence")
}
