# Expected values of tests/stats/test_cox_regression.py. Run from the repository's root: Rscript tests/stats/r/cox.R
# Made with R 4.2.2, survival 3.5-3. For each model: the counts, the coefficients and the tests.
suppressMessages(library(survival))
source("tests/stats/r/simulated.R")
folder <- "tests/stats/fixtures"
tight <- coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 60)
out <- function(frame, name, what) {
  number <- sapply(frame, is.numeric)
  frame[number] <- lapply(frame[number], function(x) trimws(ifelse(is.na(x), "", format(x, digits = 17, trim = TRUE))))
  write.csv(frame, file.path(folder, paste0(name, "_", what, ".csv")), row.names = FALSE, quote = FALSE)
}
counts <- function(d, columns) aggregate(list(n = rep(1, nrow(d))), d[c(columns, "time", "entry", "event")], sum)
response <- function(d) if (any(d$entry > 0)) Surv(d$entry, d$time, d$event) else Surv(d$time, d$event)

veteran_set <- with(veteran, data.frame(trt = c("standard", "test")[trt], celltype = as.character(celltype), karno, age,
                                        prior = c("no", "yes")[1 + (prior == 10)], time, entry = 0, event = status))
lung_set <- na.omit(with(lung, data.frame(sex = c("male", "female")[sex], ecog = paste0("ecog", pmin(ph.ecog, 2)), age, wt.loss,
                                          inst = paste0("site", inst %% 4), time, entry = 0, event = status - 1)))
lung_set <- lung_set[lung_set$ecog != "ecogNA", ]
of_colon <- function(type) na.omit(with(subset(colon, etype == type), data.frame(
  rx = as.character(rx), extent = paste0("extent", extent), node4 = c("few", "many")[node4 + 1], differ = paste0("differ", differ),
  age, time, entry = 0, event = status)))
deaths <- subset(of_colon(2), differ != "differNA")
relapses <- subset(of_colon(1), differ != "differNA")
late <- delayed$uniform
late$event <- as.integer(late$event > 0)
set.seed(21)
late$side <- sample(c("left", "right"), nrow(late), TRUE)
late$age <- round(rnorm(nrow(late), 62, 9))
late$site <- sample(c("s1", "s2", "s3"), nrow(late), TRUE)
quarters <- transform(lung_set, time = 3 * ceiling(time / 30.4375 / 3))     # heavy ties

models <- list(
  veteran = list(d = veteran_set, x = c("trt", "celltype", "karno", "age", "prior"), by = "trt", sub = "celltype"),
  veteran_strata = list(d = veteran_set, x = c("trt", "karno", "age"), strata = "celltype", by = "trt", sub = "prior"),
  lung = list(d = lung_set, x = c("sex", "ecog", "age", "wt.loss"), by = "sex", sub = "ecog"),
  quarters = list(d = quarters, x = c("sex", "ecog", "age"), strata = "inst", by = "sex", sub = "ecog"),
  deaths = list(d = deaths, x = c("rx", "extent", "node4", "age"), strata = "differ", by = "rx", sub = "node4"),
  relapses = list(d = relapses, x = c("rx", "extent", "node4", "differ"), by = "rx", sub = "differ"),
  late = list(d = late, x = c("strata", "side", "age"), strata = "site", by = "strata", sub = "side"))
for (name in names(models)) {
  m <- models[[name]]
  d <- m$d
  columns <- unique(c(m$x, m$strata, m$by, m$sub))
  out(counts(d, columns), paste0("model_", name), "counts")
  terms <- c(m$x, if (!is.null(m$strata)) sprintf("strata(%s)", m$strata))
  fit <- coxph(reformulate(terms, "response(d)"), d, ties = "efron", control = tight)
  s <- summary(fit)
  out(data.frame(term = rownames(s$coefficients), log_ratio = coef(fit), variance = diag(vcov(fit)), estimate = s$conf.int[, 1],
                 conf_low = s$conf.int[, 3], conf_high = s$conf.int[, 4], p_value = s$coefficients[, 5]), paste0("model_", name), "terms")
  zph <- cox.zph(fit, terms = TRUE)$table
  tests <- do.call(rbind, lapply(c(m$x, "GLOBAL"), function(x) {
    mine <- if (x == "GLOBAL") seq_along(coef(fit)) else fit$assign[[x]]
    df <- length(mine)
    statistic <- if (x == "GLOBAL") 2 * diff(fit$loglik) else drop(coef(fit)[mine] %*% solve(vcov(fit)[mine, mine], coef(fit)[mine]))
    data.frame(covariate = x, statistic, df, p_value = pchisq(statistic, df, lower.tail = FALSE), ph_statistic = zph[x, "chisq"],
               df_ph = zph[x, "df"], ph_p_value = zph[x, "p"]) }))
  out(tests, paste0("model_", name), "tests")
  alone <- do.call(rbind, lapply(m$x, function(x) {
    one <- coxph(reformulate(c(x, setdiff(terms, m$x)), "response(d)"), d, ties = "efron", control = tight)
    s <- summary(one)$logtest
    data.frame(covariate = x, statistic = s["test"], df = s["df"], p_value = pchisq(s["test"], s["df"], lower.tail = FALSE)) }))
  out(alone, paste0("model_", name), "alone")
  plus <- coxph(reformulate(c(m$by, m$sub), "response(d)"), d, ties = "efron", control = tight)
  times <- coxph(reformulate(sprintf("%s * %s", m$by, m$sub), "response(d)"), d, ties = "efron", control = tight)
  a <- anova(plus, times)
  out(data.frame(statistic = a$Chisq[2], df = a$Df[2], p_value = a[2, ncol(a)]), paste0("model_", name), "interaction")
  each <- do.call(rbind, lapply(sort(unique(d[[m$sub]])), function(level) {
    one <- d[d[[m$sub]] == level, ]
    fit <- coxph(reformulate(m$by, "response(one)"), one, ties = "efron", control = tight)
    group <- sort(unique(one[[m$by]]))[-1]
    of <- function(g) c(sum(one[[m$by]] == g), sum(one$event[one[[m$by]] == g]))
    sizes <- t(sapply(group, of))
    base <- of(sort(unique(one[[m$by]]))[1])
    data.frame(level, group, n = sizes[, 1], n_event = sizes[, 2], n_reference = base[1], n_event_reference = base[2],
               estimate = exp(coef(fit)), conf_low = exp(confint(fit)[, 1]), conf_high = exp(confint(fit)[, 2])) }))
  out(each, paste0("model_", name), "subgroups")
}
