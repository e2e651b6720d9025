# test = "yuan.bentler" of complete and incomplete rows under every kind of information: groups, fixed covariates, equal parameters.
# usage: Rscript make_yuan_bentler.R > yuan_bentler_lavaan.json   (in this folder)
# (estimator = "MLR" is left out: lavaan 0.6 overrides the test there, and its name for it stays yuan.bentler.mplus)
suppressMessages({library(lavaan); library(jsonlite)})
hs <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
paths <- "visual =~ x1 + x2 + x3\nspeed =~ x7 + x8 + x9\nvisual ~ ageyr + x4\nspeed ~ visual + ageyr"
equal <- "visual =~ x1 + a*x2 + a*x3\ntextual =~ x4 + x5 + x6"
cases <- list()
ask <- function(name, model, file, ...) {
  fit <- suppressWarnings(sem(model, read.csv(file.path("data", file)), test = "yuan.bentler", ...))
  found <- fitMeasures(fit)
  found <- found[!is.na(found) & !(names(found) %in% c("gfi", "agfi"))]  # lavaan 0.7 defines these anew
  cases[[length(cases) + 1]] <<- list(name = name, model = model, data = file, options = list(...), measures = as.list(found))
}
for (file in c("hs.csv", "hs_incomplete.csv")) {
  missing <- if (file == "hs.csv") "listwise" else "ml"
  ask("default", paths, file, missing = missing)
  for (information in c("observed", "expected")) {
    ask("plain", hs, file, missing = missing, se = "robust.huber.white", information = information)
    ask("groups", hs, file, missing = missing, se = "robust.huber.white", information = information, group = "school", group.equal = "loadings")
    ask("fixed x", paths, file, missing = missing, se = "robust.huber.white", information = information)
    ask("equal", equal, file, missing = missing, se = "robust.huber.white", information = information)
  }
}
ask("no means", hs, "hs.csv", information = "observed", meanstructure = FALSE)
write_json(list(version = as.character(packageVersion("lavaan")), cases = cases), stdout(), auto_unbox = TRUE, digits = 10, pretty = TRUE)
