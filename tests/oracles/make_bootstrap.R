# What lavaan gives for bootstrap draws of known rows. Run in this folder; reads data/, writes bootstrap.json.
suppressMessages({library(lavaan); library(jsonlite)}); options(warn = -1)
set.seed(21)
hs <- read.csv("data/hs.csv"); holes <- read.csv("data/hs_incomplete.csv")
CFA <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
SEM <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nvisual ~ ageyr + sex\ntextual ~ visual + sex"
TIED <- "visual =~ x1 + a*x2 + b*x3\ntextual =~ x4 + c*x5 + d*x6\na == c\nb*d == 1"
BOUNDED <- "visual =~ x1 + a*x2 + b*x3\ntextual =~ x4 + c*x5 + d*x6\na > b\nc < 1.1"
cases <- list(
  ml = list("cfa", CFA, "listwise", list()),
  groups = list("cfa", CFA, "listwise", list(group = "school", group.equal = c("loadings", "intercepts"))),
  fixed_x = list("sem", SEM, "listwise", list(meanstructure = TRUE)),
  gls = list("cfa", CFA, "listwise", list(estimator = "GLS")),
  uls = list("cfa", CFA, "listwise", list(estimator = "ULS")),
  wls = list("cfa", "visual =~ x1 + x2 + x3 + x4", "listwise", list(estimator = "WLS")),
  tied = list("cfa", TIED, "listwise", list()),
  bounded = list("cfa", BOUNDED, "listwise", list()),
  fiml = list("cfa", CFA, "ml", list()),
  fiml_fixed_x = list("sem", SEM, "ml", list()),
  fiml_groups = list("cfa", CFA, "ml", list(group = "school", group.equal = "loadings")),
  fiml_tied = list("cfa", TIED, "ml", list()),
  pairwise = list("cfa", CFA, "pairwise", list()))
coefs <- function(f) { e <- parTable(f); e <- e[e$op %in% c("=~", "~", "~~", "~1"), ]; e[, c("lhs", "op", "rhs", "group", "est")] }
out <- list(software = paste("lavaan", packageVersion("lavaan")))
for (n in names(cases)) {
  k <- cases[[n]]; data <- if (k[[3]] == "listwise") hs else holes
  whole <- do.call(k[[1]], c(list(k[[2]], data = data, missing = k[[3]]), k[[4]]))
  used <- lavInspect(whole, "case.idx"); if (!is.list(used)) used <- list(used)
  answered <- which(rowSums(!is.na(data[, lavNames(whole, "ov")])) > 0); used <- lapply(used, intersect, answered)
  draws <- lapply(1:3, function(b) {
    drawn <- lapply(used, function(rows) sample.int(length(rows), replace = TRUE))
    rows <- unlist(Map(function(rows, at) rows[at], used, drawn))
    f <- do.call(k[[1]], c(list(k[[2]], data = data[rows, ], missing = k[[3]]), k[[4]]))
    if (!lavInspect(f, "converged")) stop(n, " ", b)
    stopifnot(identical(lavInspect(f, "group.label"), lavInspect(whole, "group.label")))
    list(drawn = unname(lapply(drawn, function(x) x - 1)), estimates = coefs(f))
  })
  out[[n]] <- list(fun = k[[1]], model = k[[2]], missing = if (k[[3]] == "ml") "fiml" else k[[3]], options = k[[4]], draws = draws)
}
f <- cfa(CFA, hs, meanstructure = TRUE)
stine <- bootstrapLavaan(f, R = 5, type = "bollen.stine", keep.idx = TRUE, FUN = function(x) fitMeasures(x, "chisq"))
out$bollen_stine <- list(model = CFA, drawn = attr(stine, "boot.idx")[[1]] - 1, chisq = as.numeric(stine))
write_json(out, "bootstrap.json", auto_unbox = TRUE, digits = 10)
