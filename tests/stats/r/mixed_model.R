# Expected values of tests/stats/test_mixed_model.py. Run from the repository's root: Rscript tests/stats/r/mixed_model.R
# Made with R 4.2.2 and nlme 3.1.162: nlme::lme by REML on rows that R draws (the rows are a fixture too). Three sets: two
# groups with forms that go missing, three groups, and all patients together. Limits by Student's t with patients − groups
# − 1 degrees of freedom, as the product has them; estimates and errors are lme's own.
library(nlme)
set.seed(20)
FIXTURES <- "tests/stats/fixtures/"

drawn <- function(n, groups, visits, between, within, lost) {
  rows <- list()
  for (i in seq_len(n)) {
    g <- (i - 1) %% groups + 1
    base <- sample(0:12, 1) * 100 / 12
    own <- rnorm(1, 0, between)
    for (v in seq_len(visits)) {
      if (runif(1) < 1 - lost * v) {
        change <- -0.35 * (base - 55) - 4 * g + 1.5 * v * g + own + rnorm(1, 0, within)
        row <- data.frame(patient = i, strata = LETTERS[g], visit = v, base = base, change = round(change * 12) / 12)
        rows[[length(rows) + 1]] <- row
      }
    }
  }
  do.call(rbind, rows)
}

fitted_ <- function(rows, name) {
  first <- rows[!duplicated(rows$patient), ]
  rows$centred <- rows$base - mean(first$base)
  rows$cell <- factor(paste(rows$strata, rows$visit))
  form <- change ~ 0 + cell + centred
  model <- lme(form, random = ~ 1 | patient, data = rows, method = "REML",
               control = lmeControl(opt = "optim", msTol = 1e-12, reltol = 1e-14, niterEM = 200))
  beta <- fixef(model); covariance <- vcov(model)
  groups <- sort(unique(rows$strata)); visits <- sort(unique(rows$visit))
  df <- nrow(first) - length(groups) - 1
  reach <- qt(0.975, df)
  line <- function(what, group, visit, contrast) {
    estimate <- sum(contrast * beta); error <- sqrt(drop(t(contrast) %*% covariance %*% contrast))
    data.frame(set = name, what = what, strata = group, visit = visit, estimate = estimate, std_error = error,
               conf_low = estimate - reach * error, conf_high = estimate + reach * error)
  }
  of <- function(group, visit) as.numeric(names(beta) == paste0("cell", group, " ", visit))
  found <- list()
  for (v in visits) for (g in groups) {
    found[[length(found) + 1]] <- line("mean", g, v, of(g, v))
    if (g != groups[1]) found[[length(found) + 1]] <- line("difference", g, v, of(g, v) - of(groups[1], v))
  }
  spread <- c(sqrt(as.numeric(getVarCov(model))), model$sigma)
  extra <- data.frame(set = name, what = c("between", "within", "slope"), strata = "", visit = 0,
                      estimate = c(spread, beta[["centred"]]), std_error = NA, conf_low = NA, conf_high = NA)
  rbind(do.call(rbind, found), extra)
}

two <- drawn(80, 2, 4, 12, 15, 0.12)
three <- drawn(150, 3, 3, 8, 20, 0.2)
one <- transform(drawn(60, 1, 5, 18, 9, 0.1), strata = "All")
sets <- list(two = two, three = three, one = one)
rows <- do.call(rbind, lapply(names(sets), function(name) cbind(set = name, sets[[name]])))
wanted <- do.call(rbind, lapply(names(sets), function(name) fitted_(sets[[name]], name)))
written <- function(x, file) {
  number <- sapply(x, is.numeric)
  x[number] <- lapply(x[number], function(y) ifelse(is.na(y), "", format(y, digits = 17, trim = TRUE)))
  write.csv(x, paste0(FIXTURES, file), row.names = FALSE, quote = FALSE)
}
written(rows, "mixed_model_rows.csv")
written(wanted, "mixed_model.csv")
