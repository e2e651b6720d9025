# Answers of lavaan to incomplete rows, where the main bank has no case. Run in this folder; writes data/hs_incomplete.csv and incomplete.json.
suppressMessages({library(lavaan); library(jsonlite)}); options(warn = -1)
set.seed(11)
hs <- read.csv("data/hs.csv")
for (v in paste0("x", 1:9)) hs[[v]][runif(nrow(hs)) < .12] <- NA
hs$ageyr[sample(nrow(hs), 20)] <- NA      # rows that lack a covariate
hs[5, paste0("x", 1:9)] <- NA             # a row without items
write.csv(hs, "data/hs_incomplete.csv", row.names = FALSE, na = "")

CFA <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
SEM <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nvisual ~ ageyr + sex\ntextual ~ visual + sex"
PATH <- "x1 ~ ageyr + a*x4\nx7 ~ b*x1 + x4\nind := a*b"
TIED <- "visual =~ x1 + a*x2 + b*x3\ntextual =~ x4 + c*x5 + d*x6\na == c\nb*d == 1"
LIKELIHOOD <- list(em.h1.iter.max = 5000, em.h1.tol = 1e-9)
cases <- list(
  mlf = list("cfa", CFA, "ml", list(estimator = "MLF")),
  expected = list("cfa", CFA, "ml", list(information = "expected")),
  expected_mlr = list("cfa", CFA, "ml", list(information = "expected", estimator = "MLR")),
  groups_scalar_mlr = list("cfa", CFA, "ml", list(group = "school", group.equal = c("loadings", "intercepts"), estimator = "MLR")),
  fixed_x = list("sem", SEM, "ml", list()),
  fixed_x_mlr = list("sem", SEM, "ml", list(estimator = "MLR")),
  random_x_mlr = list("sem", SEM, "ml", list(fixed.x = FALSE, estimator = "MLR")),
  path = list("sem", PATH, "ml", list()),
  tied_mlr = list("cfa", TIED, "ml", list(estimator = "MLR")),
  pairwise = list("cfa", CFA, "pairwise", list()),
  pairwise_groups = list("cfa", CFA, "pairwise", list(group = "school", group.equal = "loadings")))
out <- list(software = paste("lavaan", packageVersion("lavaan")))
for (n in names(cases)) {
  k <- cases[[n]]
  f <- do.call(k[[1]], c(list(k[[2]], data = hs, missing = k[[3]]), k[[4]], if (k[[3]] == "ml") LIKELIHOOD))
  stopifnot(lavInspect(f, "converged"))
  e <- parameterEstimates(f, remove.eq = FALSE)
  e <- e[!e$op %in% c("==", "<", ">"), ]
  if (is.null(e$group)) e$group <- 1
  record <- list(fun = k[[1]], model = k[[2]], missing = if (k[[3]] == "ml") "fiml" else k[[3]], options = k[[4]],
                 estimates = e[, c("lhs", "op", "rhs", "group", "est", "se")], fit_measures = as.list(fitMeasures(f)))
  if (n == "mlf") record$scores <- list(regression = lavPredict(f)[1:6, ], bartlett = lavPredict(f, method = "Bartlett")[1:6, ])
  out[[n]] <- record
}
write_json(out, "incomplete.json", auto_unbox = TRUE, digits = 10, na = "null")
