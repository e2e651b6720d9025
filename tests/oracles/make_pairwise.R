# Answers of lavaan to pairwise moments with robust and least-squares estimators. Run in this folder; reads data/hs_incomplete.csv, writes pairwise.json.
suppressMessages({library(lavaan); library(jsonlite)}); options(warn = -1)
hs <- read.csv("data/hs_incomplete.csv")
hs <- hs[rowSums(!is.na(hs[, paste0("x", 1:9)])) > 0, ]  # lavaan counts a row without any answer in its Gamma, though not in its N
CFA <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
SEM <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nvisual ~ ageyr + sex\ntextual ~ visual + sex"
cases <- list(
  mlm = list("cfa", CFA, list(estimator = "MLM")),
  mlm_means = list("cfa", CFA, list(estimator = "MLM", meanstructure = TRUE)),
  mlmv = list("cfa", CFA, list(estimator = "MLMV")),
  mlmvs_groups = list("cfa", CFA, list(estimator = "MLMVS", group = "school", group.equal = "loadings")),
  ulsm = list("cfa", CFA, list(estimator = "ULSM")),
  ulsmv = list("cfa", CFA, list(estimator = "ULSMV")),
  wls = list("cfa", "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6", list(estimator = "WLS")),
  random_x = list("sem", SEM, list(estimator = "MLM", fixed.x = FALSE)))
KEPT <- c("chisq", "df", "pvalue", "chisq.scaled", "df.scaled", "chisq.scaling.factor", "cfi", "tli", "rmsea", "srmr", "cfi.scaled", "tli.scaled", "rmsea.scaled", "baseline.chisq", "baseline.chisq.scaled")
out <- list(software = paste("lavaan", packageVersion("lavaan")))
for (n in names(cases)) {
  k <- cases[[n]]
  f <- do.call(k[[1]], c(list(k[[2]], data = hs, missing = "pairwise"), k[[3]]))
  stopifnot(lavInspect(f, "converged"))
  e <- parTable(f); e <- e[e$op %in% c("=~", "~", "~~", "~1"), ]
  m <- fitMeasures(f); m <- m[intersect(KEPT, names(m))]
  out[[n]] <- list(fun = k[[1]], model = k[[2]], options = k[[3]], estimates = e[, c("lhs", "op", "rhs", "group", "free", "est", "se")], fit_measures = as.list(m))
}
write_json(out, "pairwise.json", auto_unbox = TRUE, digits = 10, na = "null")
