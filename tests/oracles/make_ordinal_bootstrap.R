# What lavaan gives for bootstrap draws of known rows where items are ordered, and which draws it counts as failed because a category
# is empty in them. Run in this folder: Rscript make_ordinal_bootstrap.R; reads data/, writes ordinal_bootstrap.json.
suppressMessages({library(lavaan); library(jsonlite)}); options(warn = -1)
set.seed(38)
likert <- read.csv("data/likert.csv"); mimic <- read.csv("data/mimic.csv")
items <- names(likert)[1:19]; o8 <- items[1:8]; u <- paste0("u", 1:5)
holes <- likert; k <- 0   # every 7th, 11th, ... answer is missing
for (v in o8) { k <- k + 1; holes[[v]][seq(k, nrow(holes), by = 7 + k)] <- NA }
D <- list(likert = likert, holes = holes, mimic = mimic)
TWO <- "INV =~ inv1 + inv2 + inv3 + inv4\nENG =~ eng1 + eng2 + eng3 + eng4"
PATHS <- "INV =~ inv1 + inv2 + inv3\nENG =~ eng1 + eng2 + eng3\nCOC =~ coc2 + coc3 + coc4\nENG ~ a*INV\nCOC ~ b*ENG + INV\nab := a*b"
cases <- list(
  wlsmv = list(TWO, "likert", list(ordered = o8)),
  theta = list(PATHS, "likert", list(ordered = items, parameterization = "theta")),
  groups = list(TWO, "likert", list(ordered = o8, group = "sex", group.equal = "loadings")),  # 0.6 frees other parameters than 0.7 under equal thresholds
  mixed = list(TWO, "likert", list(ordered = o8[c(1, 2, 5, 6)])),
  covariates = list("f =~ u1 + u2 + u3 + u4 + u5\nf ~ x1 + x2\nu3 ~ x2", "mimic", list(ordered = u)),
  covariates_in_groups = list("f =~ u1 + u2 + u3 + u4 + u5\nf ~ x1 + x2", "mimic", list(ordered = u, group = "site")),
  pairwise = list(TWO, "holes", list(ordered = o8, missing = "pairwise")),
  ulsmv = list(TWO, "likert", list(ordered = o8, estimator = "ULSMV")),
  wls = list(TWO, "likert", list(ordered = o8[1:4], estimator = "WLS")),
  held = list("INV =~ inv1 + inv2 + inv3 + a*inv4\nENG =~ eng1 + eng2 + eng3 + b*eng4\na == 0.9*b", "likert", list(ordered = o8)))
draws <- c(wlsmv = 8)
coefs <- function(f) { e <- parTable(f); e <- e[e$op %in% c("=~", "~", "~~", "~1", "|", "~*~"), ]; e[, c("lhs", "op", "rhs", "group", "est")] }
out <- list(software = paste("lavaan", packageVersion("lavaan"), "on", R.version.string))
for (n in names(cases)) {
  model <- if (n == "wls") "INV =~ inv1 + inv2 + inv3 + inv4" else cases[[n]][[1]]
  data <- D[[cases[[n]][[2]]]]; options <- cases[[n]][[3]]
  whole <- do.call("sem", c(list(model, data = data), options))
  used <- lavInspect(whole, "case.idx"); if (!is.list(used)) used <- list(used)
  recorded <- lapply(seq_len(if (n %in% names(draws)) draws[[n]] else 5), function(b) {
    drawn <- lapply(used, function(rows) sample.int(length(rows), replace = TRUE))
    rows <- unlist(Map(function(rows, at) rows[at], used, drawn))
    f <- do.call("sem", c(list(model, data = data[rows, ], test = "none", se = "none"), options))
    if (!lavInspect(f, "converged")) stop(n, " ", b)
    stopifnot(identical(lavInspect(f, "group.label"), lavInspect(whole, "group.label")))
    stopifnot(identical(dim(parTable(f)), dim(parTable(whole))))
    list(drawn = unname(lapply(drawn, function(x) x - 1)), estimates = coefs(f))
  })
  out$cases[[n]] <- list(model = model, data = cases[[n]][[2]], options = options, draws = recorded)
}

# A category that one respondent chose, at the top, at the bottom, or between: the draws that leave this respondent out.
small <- likert[1:150, o8[1:4]]
small[] <- lapply(small, function(x) as.integer(cut(x, c(0, 3, 4, 5))))
rare <- list(
  top = within(small, inv2[1] <- 4L),
  bottom = within(small, { inv2 <- inv2 + 1L; inv2[1] <- 1L }),
  between = within(small, { inv2[inv2 > 1] <- inv2[inv2 > 1] + 1L; inv2[1] <- 2L }))
for (n in names(rare)) {
  f <- cfa("INV =~ inv1 + inv2 + inv3 + inv4", rare[[n]], ordered = TRUE)
  b <- bootstrapLavaan(f, R = 12, FUN = coef, iseed = 5, keep.idx = TRUE)
  drawn <- attr(b, "boot.idx"); if (is.list(drawn)) drawn <- drawn[[1]]
  failed <- which(is.na(b[, 1])) - 1
  stopifnot(length(failed) > 0, length(failed) < 12)
  out$rare[[n]] <- list(rows = as.matrix(rare[[n]]), drawn = drawn - 1, failed = failed)
}
write_json(out, "ordinal_bootstrap.json", auto_unbox = TRUE, digits = 10)
