# Products of observed variables in the model text: paths, a latent outcome, groups, robust and full-information maximum likelihood.
# usage: Rscript make_products.R > products_lavaan.json   (in this folder)
suppressMessages({library(lavaan); library(jsonlite)})
complete <- read.csv("data/hs.csv"); gaps <- read.csv("data/hs_incomplete.csv")
mediated <- "x7 ~ a*x1 + x4 + c*x1:x4\nx9 ~ b*x7 + x4 + x1:x4\nmoved := c*b"
latent <- "speed =~ x7 + x8 + x9\nspeed ~ x1 + x4 + x1:x4"
ask <- function(name, model, data, csv, ...) {
  fit <- suppressWarnings(sem(model, data, ...))
  rows <- parameterEstimates(fit, standardized = TRUE)
  if (is.null(rows$group)) rows$group <- 1
  list(name = name, model = model, data = csv, options = list(...), rows = rows[, c("lhs", "op", "rhs", "group", "est", "se", "std.all")],
       measures = as.list(fitMeasures(fit, c("chisq", "df", "cfi", "rmsea", "srmr", "logl", "aic"))))
}
write_json(list(version = as.character(packageVersion("lavaan")), cases = list(
  ask("paths", mediated, complete, "hs.csv"),
  ask("robust", mediated, complete, "hs.csv", estimator = "MLR"),
  ask("latent", latent, complete, "hs.csv"),
  ask("groups", latent, complete, "hs.csv", group = "school"),
  ask("incomplete", latent, gaps, "hs_incomplete.csv", missing = "ml", fixed.x = FALSE)
)), stdout(), auto_unbox = TRUE, digits = 10, pretty = TRUE)
