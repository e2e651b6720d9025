# Writes options.json: standard errors and every test statistic under combinations of estimator, information, se and test.
# Run from this folder: Rscript make_options.R. The version used is inside the file.
suppressMessages({library(lavaan); library(jsonlite)})
hs <- read.csv("data/hs.csv"); path <- read.csv("data/path.csv")
HS <- 'visual =~ x1 + x2 + x3
textual =~ x4 + x5 + x6
speed =~ x7 + x8 + x9'
PATH <- 'm ~ x1 + x2
y ~ m'
all <- c("standard", "browne.residual.nt", "browne.residual.adf", "satorra.bentler", "yuan.bentler", "yuan.bentler.mplus", "scaled.shifted", "mean.var.adjusted")
plain <- all[1:3]
ask <- function(id, model, data, tests, ...) {
  fit <- suppressWarnings(sem(model, data, test = tests, ..., auto.cov.lv.x = TRUE))
  one <- function(t) list(test = t$test, stat = t$stat, df = t$df, factor = t$scaling.factor, shift = t$shift.parameter)
  list(id = id, model = model, data = if (identical(data, hs)) "hs" else "path", options = list(...), tests = unname(lapply(fit@test, one)),
       se = sqrt(diag(vcov(fit))))
}
out <- list(software = paste("lavaan", packageVersion("lavaan")), cases = list(
  ask("ml", HS, hs, all, estimator = "ML"),
  ask("ml_means", HS, hs, all, estimator = "ML", meanstructure = TRUE),
  ask("ml_groups", HS, hs, all, estimator = "ML", group = "school", group.equal = "loadings"),
  ask("gls", HS, hs, plain, estimator = "GLS"),
  ask("uls", HS, hs, plain, estimator = "ULS", se = "standard"),
  ask("path", PATH, path, plain, estimator = "ML"),
  ask("path_random", PATH, path, plain, estimator = "ML", fixed.x = FALSE, meanstructure = TRUE),
  ask("mlr_robust", HS, hs, "standard", estimator = "MLR", se = "robust"),
  ask("mlr_standard", HS, hs, "standard", estimator = "MLR", se = "standard"),
  ask("mlf", HS, hs, "standard", estimator = "MLF"),
  ask("mlf_observed", HS, hs, "standard", estimator = "MLF", information = "observed"),
  ask("mlf_expected", HS, hs, "standard", estimator = "MLF", information = "expected"),
  ask("ml_robust", HS, hs, "standard", estimator = "ML", se = "robust"),
  ask("ml_sandwich", HS, hs, "standard", estimator = "ML", se = "robust.huber.white"),
  ask("ml_first", HS, hs, "standard", estimator = "ML", se = "first.order")))
write_json(out, "options.json", auto_unbox = TRUE, digits = 10, na = "null", null = "null")
