# Writes after_fit_ordered.json: difference test, modification indices and score test of models with ordered items.
# Run from this folder: Rscript make_after_fit_ordered.R. The version used is inside the file.
suppressMessages({library(lavaan); library(jsonlite)})
likert <- read.csv("data/likert.csv"); ordered <- c(paste0("inv", 1:4), paste0("eng", 1:4))
models <- list(WIDE = "INV =~ inv1 + inv2 + inv3 + inv4\nENG =~ eng1 + eng2 + eng3 + eng4",
  HELD = "INV =~ inv1 + a*inv2 + a*inv3 + inv4\nENG =~ eng1 + eng2 + eng3 + eng4")
wide <- cfa(models$WIDE, likert, ordered = ordered); held <- cfa(models$HELD, likert, ordered = ordered)
m <- as.data.frame(modindices(wide))
out <- list(software = paste("lavaan", packageVersion("lavaan")), script = "make_after_fit_ordered.R", models = models, ordered = ordered,
  lrt = as.data.frame(lavTestLRT(wide, held)), modification = m[m$mi > 0.05, ], score = as.data.frame(suppressWarnings(lavTestScore(held))$uni))
write_json(out, "after_fit_ordered.json", auto_unbox = TRUE, digits = I(8), na = "null", null = "null")
