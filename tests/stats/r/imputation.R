# Expected values of tests/stats/test_imputation_against_r.py. Run from the repository's root: Rscript tests/stats/r/imputation.R
# Made with R 4.2.2, mice 3.15.0, survival 3.5-3, survey 4.1-1. Women of the Rotterdam tumour bank, with gaps made at
# random given what is known of everybody.
suppressMessages({library(survival); library(mice); library(survey)})
folder <- "tests/stats/fixtures"
out <- function(frame, what) {
  number <- sapply(frame, is.numeric)
  frame[number] <- lapply(frame[number], function(x) trimws(ifelse(is.na(x), "", format(x, digits = 17, trim = TRUE))))
  write.csv(frame, file.path(folder, paste0("imputation_", what, ".csv")), row.names = FALSE, quote = FALSE)
}
set.seed(21)
chosen <- subset(rotterdam, nodes > 0)
chosen <- chosen[c(sample(which(chosen$hormon == 1), 120), sample(which(chosen$hormon == 0), 180)), ]
d <- with(chosen, data.frame(age, post = meno, size = as.integer(size) - 1, grade3 = as.integer(grade == 3), log_nodes = log(nodes),
                             log_er = log(er + 1), treated = hormon, time = dtime / 365.25, event = death))
gap <- function(base, slope) runif(nrow(d)) < plogis(base + slope * scale(d$age)[, 1] + 0.8 * d$event)
gaps <- list(log_er = gap(-1.9, 0.8), grade3 = gap(-2.2, -0.5), size = gap(-2.2, 0.4))
for (name in names(gaps)) d[[name]][gaps[[name]]] <- NA
out(d, "rows")
d$hazard <- nelsonaalen(d, time, event)
f <- transform(d, grade3 = factor(grade3), size = factor(size))
predict <- make.predictorMatrix(f); predict[, "time"] <- 0
m <- 300
imp <- mice(f, m = m, maxit = 10, method = c(log_er = "pmm", grade3 = "logreg", size = "polyreg")[names(f)] |> (\(x) ifelse(is.na(x), "", x))(),
            predictorMatrix = predict, seed = 4, printFlag = FALSE)
rows <- NULL
keep <- function(what, values) rows <<- rbind(rows, data.frame(what, mean = mean(values), spread = sd(values), m = length(values)))
er <- sapply(imp$imp$log_er, identity)
keep("log_er mean", colMeans(er)); keep("log_er sd", apply(er, 2, sd))
keep("grade3 1", sapply(imp$imp$grade3, function(x) mean(x == "1")))
for (level in c("1", "2")) keep(paste("size", level), sapply(imp$imp$size, function(x) mean(x == level)))
sets <- lapply(seq_len(m), function(k) complete(imp, k))
x <- treated ~ age + post + size + grade3 + log_nodes + log_er
coefs <- sapply(sets, function(s) coef(glm(x, binomial, s)))
for (name in rownames(coefs)) keep(paste("propensity", name), coefs[name, ])
ends <- sapply(sets, function(s) {
  e <- fitted(glm(x, binomial, s)); s$w <- ifelse(s$treated == 1, 1 - e, e)
  fit <- svycoxph(Surv(time, event) ~ treated, svydesign(~1, weights = ~w, data = s))
  c(coef(fit), vcov(fit)[1, 1] * (nrow(s) - 1) / nrow(s))
})
keep("log hazard ratio", ends[1, ]); keep("robust variance", ends[2, ])
pooled <- pool.scalar(ends[1, ], ends[2, ], n = Inf)
keep("pooled variance", pooled$t); keep("pooled fmi", pooled$fmi)
out(rows, "summary")
# Rubin's rules for given estimates: those of a linear model of ten data sets, with the degrees of freedom of complete data.
few <- mice(f, m = 10, maxit = 5, predictorMatrix = predict, seed = 5, printFlag = FALSE)
fits <- with(few, lm(log_er ~ age + treated + log_nodes))
all <- pool(fits)$pooled
given <- do.call(rbind, lapply(seq_along(fits$analyses), function(k) { s <- summary(fits$analyses[[k]])$coefficients
  data.frame(set = k, term = rownames(s), estimate = s[, 1], variance = s[, 2]^2) }))
out(given, "given")
large <- do.call(rbind, lapply(as.character(all$term), function(t) { g <- subset(given, term == t)
  p <- pool.scalar(g$estimate, g$variance, n = Inf); data.frame(df_large = p$df, fmi_large = p$fmi) }))
out(cbind(data.frame(term = as.character(all$term), estimate = all$estimate, ubar = all$ubar, b = all$b, t = all$t, dfcom = all$dfcom,
                     df = all$df, fmi = all$fmi), large), "pooled")
# The Nelson-Aalen estimate at everybody's own time (mice's has Efron's ties, which differs in the fifth figure).
curve <- survfit(Surv(time, event) ~ 1, d, ctype = 1)
out(data.frame(hazard = curve$cumhaz[match(d$time, curve$time)]), "hazard")
